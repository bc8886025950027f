using EvalMarket.Core.Workspaces;
using EvalMarket.Data.PostgreSql;
using EvalMarket.Data.PostgreSql.Embedded;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EvalMarket.TestKit;

/// <summary>
/// Databases for tests: one embedded server a test process, in a folder of its own, and a copy of one migrated database for whoever asks.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const string Template = "template_evalmarket";

    // Every test app keeps a pool; the server has a hundred places.
    private const int PoolSize = 10;

    private static readonly Lazy<Task<EmbeddedPostgres>> Server = new(StartServerAsync);

    // PostgreSQL copies a template only while nobody else does.
    private static readonly SemaphoreSlim Copying = new(1, 1);

    private static int number;

    private TestDatabase(string connectionString) => ConnectionString = connectionString;

    public string ConnectionString { get; }

    /// <summary>A database with all tables and no rows.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var server = await Server.Value;
        var name = $"test_{Interlocked.Increment(ref number)}";
        await Copying.WaitAsync();
        try
        {
            await ExecuteAsync(server, $"CREATE DATABASE {name} TEMPLATE {Template}");
        }
        finally
        {
            Copying.Release();
        }

        return new TestDatabase(ConnectionTo(server, name));
    }

    public async ValueTask DisposeAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection);
        await ExecuteAsync(await Server.Value, $"DROP DATABASE IF EXISTS {connection.Database} WITH (FORCE)");
    }

    private static async Task<EmbeddedPostgres> StartServerAsync()
    {
        var folder = TestFolder.Create();
        var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = folder }, NullLogger.Instance, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Directory.Delete(folder, recursive: true);
        };

        await ExecuteAsync(server, $"CREATE DATABASE {Template}");
        var options = new DbContextOptionsBuilder<PostgreSqlDbContext>().UseNpgsql(ConnectionTo(server, Template) + ";Pooling=false").Options;
        await using var context = new PostgreSqlDbContext(options, new Tenant());
        await context.Database.MigrateAsync();
        return server;
    }

    private static string ConnectionTo(EmbeddedPostgres server, string database) =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = database, MaxPoolSize = PoolSize }.ConnectionString;

    private static async Task ExecuteAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
