using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>One run of the server's process: starting it, finding one that is there already, waiting until it answers, ending it.</summary>
internal sealed class PostgresServer(PostgresBinaries binaries, PostgresCluster cluster, ServerAccount account)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    // How long the helpers of a killed server may take to notice that it is gone; until then a new one refuses to start.
    private static readonly TimeSpan HelpersLeave = TimeSpan.FromSeconds(15);

    private bool _adopted;

    /// <summary>Where it listens.</summary>
    internal string SocketFolder { get; private set; } = "";

    internal int Port { get; private set; } = SocketDirectory.Port;

    /// <summary>The server's process; null before it was started or adopted.</summary>
    internal Process? Process { get; private set; }

    /// <summary>The settings of a connection to one of the server's databases, without the pool's.</summary>
    internal NpgsqlConnectionStringBuilder Connection(string database) => new()
    {
        Host = OperatingSystem.IsWindows() ? "127.0.0.1" : SocketFolder,
        Port = Port,
        Username = PostgresCluster.User,
        Password = cluster.Password(),
        Database = database,
        ApplicationName = "EvalMarket",
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        IncludeErrorDetail = false,
    };

    /// <summary>
    /// Looks at what an application that was killed may have left: a server that still runs is taken over if it answers and is of this
    /// version, ended if not; a note without a server is removed. True when a server was taken over.
    /// </summary>
    internal async Task<bool> AdoptAsync(CancellationToken cancellationToken)
    {
        if (PostmasterFile.Read(cluster.Directory) is not { } note)
            return false;
        var presence = await note.PresenceAsync(cluster.Directory, account, cancellationToken);
        if (presence is not ServerPresence.None)
        {
            SocketFolder = note.SocketDirectory;
            Port = note.Port;
            if (await ServesThisAsync(note, cancellationToken))
            {
                Process = Process.GetProcessById(note.ProcessId);
                _adopted = true;
                return true;
            }

            if (presence is ServerPresence.Unclear && !OperatingSystem.IsWindows())
            {
                throw new EmbeddedPostgresException(
                    $"Process {note.ProcessId} may be a PostgreSQL that uses {cluster.Directory}, and it does not answer: end it, or delete {PostmasterFile.Name} there if it has nothing to do with this folder.");
            }

            await EndAsync(cancellationToken);
        }

        // The server removes its own note when it ends in order.
        note.Discard(cluster.Directory);
        return false;
    }

    /// <summary>Starts the server in a folder for its socket that was chosen before, and returns when it answers.</summary>
    internal async Task StartAsync(string socketFolder, CancellationToken cancellationToken)
    {
        SocketFolder = socketFolder;
        Port = OperatingSystem.IsWindows() ? FreePort() : SocketDirectory.Port;
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var position = File.Exists(cluster.Log) ? new FileInfo(cluster.Log).Length : 0;
            await LaunchAsync(cancellationToken);
            if (await AnswersAsync(cancellationToken))
                return;

            var said = cluster.LogSince(position);
            var helpersOfAKilledServer = said.Contains("shared memory block", StringComparison.Ordinal);
            if (!helpersOfAKilledServer || patience.Elapsed > HelpersLeave)
                throw new EmbeddedPostgresException($"The database in {cluster.Directory} did not start: {(said.Length == 0 ? $"see {cluster.Log}" : said)}");
            await Task.Delay(Pause * 10, cancellationToken);
        }
    }

    /// <summary>Ends the server in order; by force when it does not follow.</summary>
    internal async Task EndAsync(CancellationToken cancellationToken)
    {
        foreach (var (mode, seconds) in new[] { ("fast", 60), ("immediate", 10) })
        {
            var stopped = await Command.RunAsync(
                [.. account.Prefix, binaries.PgCtl, "stop", "-D", cluster.Directory, "-m", mode, "-w", "-t", $"{seconds}"], cancellationToken);
            if (stopped.Succeeded || PostmasterFile.Read(cluster.Directory) is null)
            {
                if (Process is not null)
                    await WaitForEndAsync(cancellationToken);
                return;
            }
        }

        if (PostmasterFile.Read(cluster.Directory) is not { } note || await note.PresenceAsync(cluster.Directory, account, cancellationToken) is not ServerPresence.Here)
            return;
        using var process = Process.GetProcessById(note.ProcessId);
        process.Kill();
        while (!PostmasterFile.HasEnded(process.Id))
            await Task.Delay(Pause, cancellationToken);
    }

    /// <summary>Returns when the server's process has ended.</summary>
    internal async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        if (!_adopted)
        {
            await Process!.WaitForExitAsync(cancellationToken);
            return;
        }

        // Not this application's child: nothing tells of its end.
        while (!PostmasterFile.HasEnded(Process!.Id))
            await Task.Delay(Pause * 4, cancellationToken);
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        var settings = ServerSettings.Arguments(SocketFolder, Port);
        if (OperatingSystem.IsWindows())
        {
            var started = await Command.RunAsync(
                [binaries.PgCtl, "start", "-D", cluster.Directory, "-l", cluster.Log, "-W", "-o", string.Join(' ', settings)], cancellationToken);
            if (!started.Succeeded || PostmasterFile.Read(cluster.Directory) is not { } note)
                throw new EmbeddedPostgresException($"The database in {cluster.Directory} did not start: {started.Summary}");
            Process = Process.GetProcessById(note.ProcessId);
            return;
        }

        // exec all the way: the process started here is the server itself, its log is the application's file, and its own session keeps
        // Ctrl+C in the terminal from ending it before the application has finished with it.
        string[] ownSession = OperatingSystem.IsLinux()
            ? ["setsid"]
            : ["perl", "-e", "use POSIX 'setsid'; setsid(); exec { $ARGV[0] } @ARGV or die \"$ARGV[0]: $!\\n\""];
        var command = new[] { "/bin/sh", "-c", "exec \"$@\" </dev/null >>\"$0\" 2>&1", cluster.Log }
            .Concat(ownSession).Concat(account.Prefix).Concat([binaries.Postgres, "-D", cluster.Directory]).Concat(settings);
        using (new FileStream(cluster.Log, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            Process?.Dispose();
            _adopted = false;
            Process = Process.Start(Command.StartInfo(command))!;
        }
    }

    /// <summary>True when the server takes connections, false when its process has ended.</summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Another server's socket must not be taken for this one's: its process has to be there after it answered.
            if (await TryAskAsync("SELECT 1", cancellationToken) is not null)
                return !Process!.HasExited;
            if (Process!.HasExited)
                return false;
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<bool> ServesThisAsync(PostmasterFile note, CancellationToken cancellationToken)
    {
        const string question = "SELECT current_setting('data_directory') || E'\\n' || split_part(current_setting('server_version'), ' ', 1)";
        var wanted = cluster.Directory.Replace('\\', '/') + "\n" + binaries.Version;
        while (true)
        {
            // Recovery after an unclean stop may be under way: it answers when that is done.
            if (await TryAskAsync(question, cancellationToken) is { } answer)
                return string.Equals(answer, wanted, StringComparison.Ordinal);
            if (!StillStarting || await note.PresenceAsync(cluster.Directory, account, cancellationToken) is ServerPresence.None)
                return false;
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Whether the last refusal was "the database system is starting up".</summary>
    private bool StillStarting { get; set; }

    private async Task<string?> TryAskAsync(string question, CancellationToken cancellationToken)
    {
        StillStarting = false;
        var settings = Connection("postgres");
        settings.Pooling = false;
        settings.Timeout = 5;
        settings.CommandTimeout = 5;
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(question, connection);
            return (await command.ExecuteScalarAsync(cancellationToken))?.ToString();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow)
        {
            StillStarting = e.MessageText.Contains("starting up", StringComparison.Ordinal) || e.MessageText.Contains("not yet accepting", StringComparison.Ordinal);
            return null;
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
        {
            return null;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
