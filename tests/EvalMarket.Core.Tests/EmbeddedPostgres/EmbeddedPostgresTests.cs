using System.Diagnostics;
using EvalMarket.Data.PostgreSql.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EvalMarket.Core.Tests.Embedded;

public sealed class EmbeddedPostgresTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Makes_the_database_at_the_first_start_and_finds_it_at_the_second()
    {
        using var data = new TemporaryDataDirectory();
        await using (var first = await data.StartAsync())
            await AskAsync(first, "CREATE TABLE kept AS SELECT 'é' AS word");

        Assert.False(File.Exists(Path.Combine(data.Cluster, "postmaster.pid")));
        await using var second = await data.StartAsync();
        Assert.Equal("é", await AskAsync(second, "SELECT word FROM kept"));
        Assert.Equal("evalmarket", await AskAsync(second, "SELECT current_database()"));
        Assert.Equal("UTF8", await AskAsync(second, "SHOW server_encoding"));
        Assert.Equal("", await AskAsync(second, "SHOW listen_addresses"));
        Assert.Equal(true, await AskAsync(second, "SELECT lower('ÄÉ') = 'äé' AND 'Z' < 'a'"));
    }

    [Fact]
    public async Task Lets_no_one_else_into_the_database_and_never_runs_it_as_root()
    {
        using var data = new TemporaryDataDirectory();
        await using var database = await data.StartAsync();

        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(ownerOnly, File.GetUnixFileMode(data.Cluster));
        var socket = new NpgsqlConnectionStringBuilder(database.ConnectionString).Host;
        Assert.Equal(ownerOnly, File.GetUnixFileMode(socket!));
        if (OperatingSystem.IsLinux())
        {
            var status = await File.ReadAllLinesAsync($"/proc/{database.ProcessId}/status", Token);
            Assert.DoesNotContain(status, line => line.StartsWith("Uid:\t0", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Keeps_the_database_out_of_reach_of_Ctrl_C_in_the_terminal()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Sessions are read from /proc.");
        using var data = new TemporaryDataDirectory();
        await using var database = await data.StartAsync();

        // After the name in parentheses: state, parent, process group, session.
        var status = await File.ReadAllTextAsync($"/proc/{database.ProcessId}/stat", Token);
        var session = status[(status.LastIndexOf(')') + 2)..].Split(' ')[3];
        Assert.Equal($"{database.ProcessId}", session);
    }

    [Fact]
    public async Task Starts_a_killed_database_again_under_the_same_address_with_all_that_was_committed()
    {
        using var data = new TemporaryDataDirectory();
        await using var database = await data.StartAsync();
        await AskAsync(database, "CREATE TABLE kept AS SELECT 42 AS answer");
        var killed = database.ProcessId;
        Kill(killed);

        Assert.Equal(42, await EventuallyAsync(() => AskAsync(database, "SELECT answer FROM kept")));
        Assert.NotEqual(killed, database.ProcessId);
    }

    [Fact]
    public async Task Recovers_when_application_and_database_were_both_killed()
    {
        using var data = new TemporaryDataDirectory();
        await using (var first = await data.StartAsync())
            await AskAsync(first, "CREATE TABLE kept (answer int)");
        var orphan = await data.OrphanAsync();
        await TemporaryDataDirectory.AskAsync(orphan.Connection("evalmarket").ConnectionString, "INSERT INTO kept VALUES (42)");
        Kill(orphan.Process!.Id);
        Assert.True(File.Exists(Path.Combine(data.Cluster, "postmaster.pid")));

        await using var database = await data.StartAsync();
        Assert.Equal(42, await AskAsync(database, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Takes_over_the_database_of_an_application_that_was_killed()
    {
        using var data = new TemporaryDataDirectory();
        await using (var first = await data.StartAsync())
            await AskAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer");
        var orphan = await data.OrphanAsync();

        await using (var database = await data.StartAsync())
        {
            Assert.Equal(orphan.Process!.Id, database.ProcessId);
            Assert.Equal(42, await AskAsync(database, "SELECT answer FROM kept"));
        }

        await orphan.Process!.WaitForExitAsync(Token);
        Assert.False(File.Exists(Path.Combine(data.Cluster, "postmaster.pid")));
    }

    [Fact]
    public async Task Starts_though_the_number_of_the_killed_database_now_belongs_to_another_process()
    {
        using var data = new TemporaryDataDirectory();
        await using (var first = await data.StartAsync())
            await AskAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer");
        using var bystander = await data.BystanderAsync();
        try
        {
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            string[] note = [$"{bystander.Id}", data.Cluster, $"{now}", "5432", data.Cluster, "", "0 0", "ready"];
            await File.WriteAllLinesAsync(Path.Combine(data.Cluster, "postmaster.pid"), note, Token);
            await File.WriteAllTextAsync(Path.Combine(data.Cluster, ".s.PGSQL.5432.lock"), $"{bystander.Id}\n", Token);

            await using var database = await data.StartAsync();
            Assert.Equal(42, await AskAsync(database, "SELECT answer FROM kept"));
            Assert.False(bystander.HasExited);
        }
        finally
        {
            bystander.Kill();
        }
    }

    [Fact]
    public async Task A_copy_of_a_running_data_directory_gets_a_database_of_its_own()
    {
        using var original = new TemporaryDataDirectory();
        using var copy = new TemporaryDataDirectory();
        await using var running = await original.StartAsync();
        await AskAsync(running, "CREATE TABLE kept AS SELECT 42 AS answer; CHECKPOINT");
        var copied = await Command.RunAsync(["cp", "-a", original.Path, copy.Path], Token);
        Assert.True(File.Exists(Path.Combine(copy.Cluster, "postmaster.pid")), copied.Error);

        await using var second = await copy.StartAsync();
        Assert.NotEqual(running.ProcessId, second.ProcessId);
        Assert.Equal(copy.Cluster, await AskAsync(second, "SHOW data_directory"));
        Assert.Equal(42, await AskAsync(running, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Refuses_a_second_application_on_the_same_data_directory_by_name()
    {
        using var data = new TemporaryDataDirectory();
        await using var first = await data.StartAsync();

        var refusal = await Assert.ThrowsAsync<EmbeddedPostgresException>(data.StartAsync);
        Assert.Contains(data.Path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, await AskAsync(first, "SELECT 1"));
    }

    [Theory]
    [InlineData("with spaces, a comma and $(touch no) 'quotes' \"both\"")]
    [InlineData("a-folder-name-that-is-long-enough-to-push-a-socket-in-it-past-the-hundred-and-eight-bytes-that-an-address-may-have")]
    public async Task Works_in_folders_whose_names_no_socket_address_can_carry(string name)
    {
        using var data = new TemporaryDataDirectory(name);
        string? socket;
        await using (var database = await data.StartAsync())
        {
            Assert.Equal(1, await AskAsync(database, "SELECT 1"));
            socket = new NpgsqlConnectionStringBuilder(database.ConnectionString).Host;
            Assert.True(Directory.Exists(socket));
            Assert.DoesNotContain(data.Path, socket!, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(socket));
    }

    [Fact]
    public async Task A_first_start_that_was_killed_half_way_leaves_nothing_in_the_way()
    {
        using var data = new TemporaryDataDirectory();
        var unfinished = Path.Combine(data.Path, "postgres.new-0badcafe");
        Directory.CreateDirectory(unfinished);
        await File.WriteAllTextAsync(Path.Combine(unfinished, "PG_VERSION"), "18\n", Token);

        await using var database = await data.StartAsync();
        Assert.Equal(1, await AskAsync(database, "SELECT 1"));
        Assert.False(Directory.Exists(unfinished));
    }

    [Fact]
    public async Task Names_a_folder_that_is_not_a_database()
    {
        using var data = new TemporaryDataDirectory();
        Directory.CreateDirectory(data.Cluster);
        await File.WriteAllTextAsync(Path.Combine(data.Cluster, "notes.txt"), "mine", Token);

        var refusal = await Assert.ThrowsAsync<EmbeddedPostgresException>(data.StartAsync);
        Assert.Contains(data.Cluster, refusal.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(data.Cluster, "notes.txt")));
    }

    [Fact]
    public async Task Says_how_to_get_the_programs_where_there_are_none()
    {
        using var data = new TemporaryDataDirectory();
        Directory.CreateDirectory(data.Path);
        var options = new EmbeddedPostgresOptions { DataDirectory = data.Path, BinDirectory = data.Path };

        var refusal = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(options, NullLogger.Instance, Token));
        Assert.Contains("npm ci", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public async Task Keeps_what_was_written_out_of_its_log_and_the_log_bounded()
    {
        using var data = new TemporaryDataDirectory();
        await using var database = await data.StartAsync();
        await AskAsync(database, "CREATE TABLE once (word text PRIMARY KEY); INSERT INTO once VALUES ('confidential')");
        await Assert.ThrowsAsync<PostgresException>(() => AskAsync(database, "INSERT INTO once VALUES ('confidential')"));
        await Assert.ThrowsAsync<PostgresException>(() => AskAsync(database, "SELECT 1/0"));

        var cluster = new PostgresCluster(data.Path);
        var log = await File.ReadAllTextAsync(cluster.Log, Token);
        Assert.Contains("division by zero", log, StringComparison.Ordinal);
        Assert.DoesNotContain("confidential", log, StringComparison.Ordinal);

        cluster.TrimLog(limit: 16);
        await Assert.ThrowsAsync<PostgresException>(() => AskAsync(database, "SELECT nowhere"));
        Assert.Equal(log, await File.ReadAllTextAsync(cluster.Log + ".1", Token));
        var next = await File.ReadAllTextAsync(cluster.Log, Token);
        Assert.DoesNotContain("division by zero", next, StringComparison.Ordinal);
        Assert.Contains("nowhere", next, StringComparison.Ordinal);
    }

    private static Task<object?> AskAsync(EmbeddedPostgres database, string sql) => TemporaryDataDirectory.AskAsync(database.ConnectionString, sql);

    private static void Kill(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Asks until the server answers; the test's own time limit ends it when it never does.</summary>
    private static async Task<object?> EventuallyAsync(Func<Task<object?>> ask)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (NpgsqlException) when (patience.Elapsed < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(50, Token);
            }
        }
    }
}
