using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>
/// A private PostgreSQL in the application's data directory: made at the first start, started and ended with the application, reached
/// through a Unix socket that no one else can enter. If the server dies it is started again; if the application dies the next start
/// takes its server over.
/// </summary>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    private const string DatabaseName = "evalmarket";

    private const long LogLimit = 8 * 1024 * 1024;

    private const int RestartsInARow = 5;

    private static readonly TimeSpan LogCheck = TimeSpan.FromMinutes(1);

    private readonly PostgresServer _server;
    private readonly PostgresCluster _cluster;
    private readonly DataDirectoryLock _lock;
    private readonly ILogger _logger;
    private readonly TimeSpan _startTimeout;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watch;
    private int _stopped;

    private EmbeddedPostgres(PostgresServer server, PostgresCluster cluster, DataDirectoryLock held, TimeSpan startTimeout, ILogger logger)
    {
        _server = server;
        _cluster = cluster;
        _lock = held;
        _startTimeout = startTimeout;
        _logger = logger;
        var settings = server.Connection(DatabaseName);
        settings.MaxPoolSize = ServerSettings.PoolSize;
        ConnectionString = settings.ConnectionString;
        _watch = WatchAsync(_stopping.Token);
    }

    /// <summary>For Npgsql; stays the same when the server is started again.</summary>
    public string ConnectionString { get; }

    /// <summary>The process number of the server, for diagnosis.</summary>
    public int ProcessId => _server.Process!.Id;

    /// <summary>
    /// Takes the data directory for this application, makes the database if there is none, starts it or takes over the one that still
    /// runs, and returns when it answers.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">With one line that says what is wrong and what helps.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        var dataDirectory = await PlaceAsync(options.DataDirectory, cancellationToken);
        var held = await DataDirectoryLock.TakeAsync(dataDirectory, cancellationToken);
        PostgresServer? server = null;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.StartTimeout);
        try
        {
            var clock = Stopwatch.StartNew();
            var cluster = new PostgresCluster(dataDirectory);
            var version = PostgresCluster.MajorVersion(dataDirectory);
            var binaries = await PostgresBinaries.FindAsync(options.BinDirectory, version, timeout.Token);
            var account = await ServerAccount.ChooseAsync(binaries, dataDirectory, cluster.Directory, timeout.Token);
            if (version is null)
            {
                Log.Preparing(logger);
                await cluster.CreateAsync(binaries, account, timeout.Token);
            }
            else
            {
                await account.OwnAsync(cluster.Directory, timeout.Token);
            }

            server = new PostgresServer(binaries, cluster, account);
            if (await server.AdoptAsync(timeout.Token))
            {
                Log.Adopted(logger, server.Process!.Id);
            }
            else
            {
                cluster.TrimLog(LogLimit);
                await server.StartAsync(await SocketDirectory.ChooseAsync(cluster.Directory, dataDirectory, account, timeout.Token), timeout.Token);
                Log.Started(logger, binaries.Version, clock.ElapsedMilliseconds);
            }

            await CreateDatabaseAsync(server, timeout.Token);
            return new EmbeddedPostgres(server, cluster, held, options.StartTimeout, logger);
        }
        catch (Exception e)
        {
            if (server?.Process is { HasExited: false })
                await server.EndAsync(CancellationToken.None);
            held.Dispose();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new EmbeddedPostgresException($"The database in {dataDirectory} did not answer within {options.StartTimeout.TotalSeconds:0} seconds: see postgres.log there.", e);
            throw;
        }
    }

    /// <summary>Ends the server in order (what was committed is kept in any case) and lets go of the data directory.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
            return;
        await _stopping.CancelAsync();
        await _watch;
        try
        {
            await using (var pool = new NpgsqlConnection(ConnectionString))
                NpgsqlConnection.ClearPool(pool);
            await _server.EndAsync(cancellationToken);
            SocketDirectory.Remove(_server.SocketFolder);
            Log.Stopped(_logger);
        }
        finally
        {
            _server.Process?.Dispose();
            _stopping.Dispose();
            _lock.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    /// <summary>The folder by its one real name: the server's note, its working directory and this application must agree on it.</summary>
    private static async Task<string> PlaceAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory));
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException($"The data directory {path} cannot be made: {e.Message}", e);
        }

        if (OperatingSystem.IsWindows())
            return path;
        var real = await Command.RunAsync(["/bin/sh", "-c", "cd -- \"$0\" && pwd -P", path], cancellationToken);
        return real.Succeeded ? real.Output.TrimEnd('\n') : throw new EmbeddedPostgresException($"The data directory {path} cannot be entered: {real.Summary}");
    }

    private static async Task CreateDatabaseAsync(PostgresServer server, CancellationToken cancellationToken)
    {
        var settings = server.Connection("postgres");
        settings.Pooling = false;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var find = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = DatabaseName } } };
        if (await find.ExecuteScalarAsync(cancellationToken) is not null)
            return;
        await using var create = new NpgsqlCommand($"CREATE DATABASE {DatabaseName}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>While the application runs: keeps the log bounded and starts the server again when it ended without being asked to.</summary>
    private async Task WatchAsync(CancellationToken stopping)
    {
        var restarts = 0;
        try
        {
            var ended = _server.WaitForEndAsync(stopping);
            while (true)
            {
                if (await Task.WhenAny(ended, Task.Delay(LogCheck, stopping)) != ended)
                {
                    stopping.ThrowIfCancellationRequested();
                    restarts = 0;
                    _cluster.TrimLog(LogLimit);
                    continue;
                }

                await ended;
                if (++restarts > RestartsInARow)
                {
                    Log.GaveUp(_logger, _cluster.Log);
                    return;
                }

                Log.Died(_logger, _cluster.Log);
                await RestartAsync(stopping);
                ended = _server.WaitForEndAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The application is stopping, and ends the server itself.
            return;
        }
        catch (Exception e)
        {
            Log.WatchFailed(_logger, e);
        }
    }

    private async Task RestartAsync(CancellationToken stopping)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        timeout.CancelAfter(_startTimeout);
        try
        {
            await _server.StartAsync(_server.SocketFolder, timeout.Token);
            Log.StartedAgain(_logger);
        }
        catch (EmbeddedPostgresException e)
        {
            // The process has ended, so that the watch counts it as one more attempt.
            Log.WatchFailed(_logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Preparing the database (first start, a few seconds)…")]
        internal static partial void Preparing(ILogger logger);

        [LoggerMessage(Level = LogLevel.Information, Message = "The embedded PostgreSQL {Version} is ready after {Milliseconds} ms.")]
        internal static partial void Started(ILogger logger, string version, long milliseconds);

        [LoggerMessage(Level = LogLevel.Warning, Message = "EvalMarket was not stopped in order: its database (process {ProcessId}) still runs and is taken over.")]
        internal static partial void Adopted(ILogger logger, int processId);

        [LoggerMessage(Level = LogLevel.Information, Message = "The embedded database is stopped.")]
        internal static partial void Stopped(ILogger logger);

        [LoggerMessage(Level = LogLevel.Error, Message = "The embedded database ended unexpectedly and is started again; {LogFile} may say why.")]
        internal static partial void Died(ILogger logger, string logFile);

        [LoggerMessage(Level = LogLevel.Information, Message = "The embedded database answers again.")]
        internal static partial void StartedAgain(ILogger logger);

        [LoggerMessage(Level = LogLevel.Critical, Message = "The embedded database keeps ending and is not started again; {LogFile} says why.")]
        internal static partial void GaveUp(ILogger logger, string logFile);

        [LoggerMessage(Level = LogLevel.Error, Message = "The embedded database could not be started again.")]
        internal static partial void WatchFailed(ILogger logger, Exception exception);
    }
}
