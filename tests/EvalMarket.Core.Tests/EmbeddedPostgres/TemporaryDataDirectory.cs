using System.Diagnostics;
using EvalMarket.Data.PostgreSql.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EvalMarket.Core.Tests.Embedded;

/// <summary>A data directory in a folder that only the current user may enter, as a clone into a private temporary folder has it.</summary>
internal sealed class TemporaryDataDirectory : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("embedded-test-");

    internal TemporaryDataDirectory(string name = "data") => Path = System.IO.Path.Combine(_parent.FullName, name);

    internal string Path { get; }

    internal string Cluster => System.IO.Path.Combine(Path, "postgres");

    public void Dispose() => _parent.Delete(recursive: true);

    internal Task<EmbeddedPostgres> StartAsync() =>
        EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDirectory = Path }, NullLogger.Instance, TestContext.Current.CancellationToken);

    /// <summary>The server alone, without an application that watches it: what is left when the application was killed.</summary>
    internal async Task<PostgresServer> OrphanAsync()
    {
        var token = TestContext.Current.CancellationToken;
        var cluster = new PostgresCluster(Path);
        var binaries = await PostgresBinaries.FindAsync(null, PostgresCluster.MajorVersion(Path), token);
        var account = await ServerAccount.ChooseAsync(binaries, Path, Cluster, token);
        var server = new PostgresServer(binaries, cluster, account);
        await server.StartAsync(await SocketDirectory.ChooseAsync(Cluster, Path, account, token), token);
        return server;
    }

    /// <summary>A process of the server's user that is no server.</summary>
    internal async Task<Process> BystanderAsync()
    {
        var token = TestContext.Current.CancellationToken;
        var binaries = await PostgresBinaries.FindAsync(null, null, token);
        var account = await ServerAccount.ChooseAsync(binaries, Path, Cluster, token);
        return Process.Start(Command.StartInfo([.. account.Prefix, "sleep", "300"]))!;
    }

    internal static async Task<object?> AskAsync(string connectionString, string sql)
    {
        // Pooled connections would survive a server that was killed on purpose.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
