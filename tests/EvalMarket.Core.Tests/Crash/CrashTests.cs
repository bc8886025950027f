using System.Diagnostics;
using System.Net;
using System.Text.Json;
using EvalMarket.Core.Tests.Sessions;
using EvalMarket.Data.PostgreSql.Embedded;
using EvalMarket.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EvalMarket.Core.Tests.Crash;

public sealed class CrashTests : IDisposable
{
    private const int Rounds = 6;
    private const int Seed = 20260131;

    private readonly string data = TestFolder.Create();
    private readonly CrashWorkload workload = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Files => Path.Combine(data, "files");

    private string OfWorkspace => Path.Combine(Files, "w", AppProcess.Workspace);

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task A_process_that_is_killed_in_the_middle_of_imports_and_labels_loses_nothing_acknowledged_and_leaves_nothing_half_done()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Processes are stopped with signals.");
        var random = new Random(Seed);
        var app = await AppProcess.StartAsync(data, Cancel);
        try
        {
            await workload.PrepareAsync(app.Client);
            for (var round = 0; round < Rounds; round++)
            {
                var working = workload.RunAsync(app.Client, round, random.Next(), withJob: round % 2 == 0);
                await Task.Delay(random.Next(200, 2_000), Cancel);
                await app.KillAsync(Cancel);
                await working;
                if (round % 3 == 2)
                    await KillDatabaseAsync();
                await app.DisposeAsync();

                app = await AppProcess.StartAsync(data, Cancel);
                await CheckAsync(app);
            }

            await app.StopAsync(Cancel);
            var before = await DumpAsync();
            await AppProcess.RunAsync("reindex", data, Cancel);
            var after = await DumpAsync();

            Assert.Equal(before.Count, after.Count);
            Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second));
        }
        catch (Exception)
        {
            TestContext.Current.SendDiagnosticMessage(app.Output);
            throw;
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    /// <summary>The database server dies too, as in a power failure.</summary>
    private async Task KillDatabaseAsync()
    {
        var id = int.Parse((await File.ReadAllLinesAsync(Path.Combine(data, "postgres", "postmaster.pid"), Cancel))[0]);
        using var server = Process.GetProcessById(id);
        server.Kill();
        await server.WaitForExitAsync(Cancel);
    }

    private async Task CheckAsync(AppProcess app)
    {
        await CheckJobsAsync(app);
        var rows = await ListAsync(app, "");
        var byExternalId = rows.ToDictionary(row => row.GetProperty("external_id").GetString()!);
        CheckSessions(byExternalId);
        await CheckLabelsAsync(app);
        await CheckFilesAsync(app, rows);
        await workload.Datasets.CheckAsync(app, OfWorkspace, Cancel);
    }

    /// <summary>Every job that there is, not only those whose acceptance was received: a job may be in the queue before the app dies without having answered.</summary>
    private async Task CheckJobsAsync(AppProcess app)
    {
        using var list = JsonDocument.Parse(await app.Client.GetStringAsync("/api/jobs?limit=100", Cancel));
        var locations = list.RootElement.GetProperty("items").EnumerateArray().Select(job => $"/api/jobs/{job.GetProperty("id").GetString()}").ToList();
        Assert.Subset(locations.ToHashSet(), workload.Jobs.ToHashSet());
        foreach (var location in locations)
            await CheckJobAsync(app, location);
    }

    private static async Task CheckJobAsync(AppProcess app, string location)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var job = JsonDocument.Parse(await app.Client.GetStringAsync(location, patience.Token));
            var status = job.RootElement.GetProperty("status").GetString();
            if (status is "queued" or "running")
            {
                await Task.Delay(50, patience.Token);
                continue;
            }

            Assert.Equal("completed", status);
            var result = job.RootElement.GetProperty("result");
            Assert.Equal(CrashWorkload.JobSessions, result.GetProperty("created").GetInt64());
            Assert.Equal(0, result.GetProperty("updated").GetInt64() + result.GetProperty("unchanged").GetInt64() + result.GetProperty("error_count").GetInt64());
            return;
        }
    }

    private void CheckSessions(Dictionary<string, JsonElement> rows)
    {
        var onTheWay = workload.Unanswered.SelectMany(batch => batch.Ids).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, version) in workload.Sessions.Where(session => !onTheWay.Contains(session.Key)))
            Assert.Equal($"{id} version {version}", rows[id].GetProperty("title").GetString());

        foreach (var (ids, version) in workload.Unanswered)
        {
            var landed = ids.Where(id => rows.TryGetValue(id, out var row) && row.GetProperty("title").GetString() == $"{id} version {version}").ToList();
            Assert.Contains(landed.Count, new[] { 0, ids.Count });
            foreach (var id in ids)
            {
                if (landed.Count > 0)
                    workload.Sessions[id] = version;
                else if (workload.Sessions.TryGetValue(id, out var before))
                    Assert.Equal($"{id} version {before}", rows[id].GetProperty("title").GetString());
                else
                    Assert.False(rows.ContainsKey(id), $"{id} was neither acknowledged nor is its batch whole.");
            }
        }
    }

    private async Task CheckLabelsAsync(AppProcess app)
    {
        foreach (var (labeller, (acknowledged, unanswered)) in workload.Tags)
        {
            var sessions = await ListAsync(app, $"&source={CrashWorkload.SourceOf(labeller)}");
            Assert.Equal(CrashWorkload.Labelled, sessions.Count);
            var tags = sessions.Select(session => session.GetProperty("eval_tags").ToString()).Distinct().ToList();
            var notes = Assert.Single(sessions.Select(session => session.GetProperty("eval_notes").GetString()).Distinct());
            var tag = JsonSerializer.Deserialize<string[]>(Assert.Single(tags))!.SingleOrDefault();
            Assert.Contains(tag, new[] { acknowledged, unanswered });
            Assert.Equal(tag is null ? null : $"notes {tag}", notes);
            workload.Tags[labeller] = (tag, null);
        }

        var first = (await ListAsync(app, $"&source={CrashWorkload.SourceOf(0)}"))[0].GetProperty("id").GetString();
        using var session = JsonDocument.Parse(await app.Client.GetStringAsync($"/api/sessions/{first}", Cancel));
        var comments = session.RootElement.GetProperty("messages")[1].GetProperty("comments").EnumerateArray().Select(comment => comment.GetProperty("text").GetString()!).ToList();
        Assert.Equal(comments.Distinct(), comments);
        Assert.Subset(comments.ToHashSet(), workload.Comments.ToHashSet());
    }

    /// <summary>Exactly the documents that rows name, every one of them readable with its chunks, and no mark of a change under way.</summary>
    private async Task CheckFilesAsync(AppProcess app, List<JsonElement> rows)
    {
        var intents = Path.Combine(OfWorkspace, "intents");
        var left = Directory.Exists(intents) ? Directory.GetFiles(intents) : [];
        Assert.True(left.Length == 0, $"{left.Length} marks are left: {string.Join('\n', left.Select(File.ReadAllText))}\n{app.Output}");
        Assert.Single(Directory.GetDirectories(Path.Combine(Files, ".tmp")));
        var folders = Directory.GetDirectories(Path.Combine(OfWorkspace, "sessions"));
        Assert.Equal(rows.Select(row => row.GetProperty("id").GetString()!).Order(StringComparer.Ordinal), folders.Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal));
        Assert.All(folders, folder => Assert.Single(Directory.GetFiles(folder)));

        var touched = rows.Where(row => row.GetProperty("source").GetString() == "import").TakeLast(200).Concat(rows.Take(50)).Select(row => row.GetProperty("id").GetString()!);
        await Parallel.ForEachAsync(touched, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel }, async (id, token) =>
        {
            using var answer = await app.Client.GetAsync($"/api/sessions/{id}", token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            using var session = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(token));
            var title = session.RootElement.GetProperty("title").GetString()!;
            Assert.Equal(6, session.RootElement.GetProperty("messages").GetArrayLength());
            Assert.All(session.RootElement.GetProperty("messages").EnumerateArray(), message => Assert.Contains($" of {title} ", message.GetProperty("content").GetString(), StringComparison.Ordinal));
        });
    }

    private static async Task<List<JsonElement>> ListAsync(AppProcess app, string filter)
    {
        var all = new List<JsonElement>();
        var cursor = "";
        while (true)
        {
            using var page = JsonDocument.Parse(await app.Client.GetStringAsync($"/api/sessions?limit=1000{filter}{cursor}", Cancel));
            all.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.Clone()));
            if (page.RootElement.GetProperty("next_cursor") is not { ValueKind: JsonValueKind.String } next)
                return all;
            cursor = $"&cursor={next.GetString()}";
        }
    }

    /// <summary>Every row that the index has about sessions, while the app is not running.</summary>
    private async Task<List<string>> DumpAsync()
    {
        await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDirectory = data }, NullLogger.Instance, Cancel);
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        var rows = new List<string>();
        foreach (var query in (string[])
        [
            "SELECT (to_jsonb(t) - 'revision')::text FROM sessions t ORDER BY workspace, id",
            "SELECT to_jsonb(t)::text FROM session_tags t ORDER BY workspace, session_id, ordinal",
            "SELECT to_jsonb(t)::text FROM message_annotations t ORDER BY workspace, session_id, message_id, sequence",
            "SELECT to_jsonb(t)::text FROM label_changes t ORDER BY workspace, sequence",
            "SELECT to_jsonb(t)::text FROM label_history t ORDER BY workspace, session_id, sequence",
            "SELECT slug || ' ' || label_sequence FROM workspaces ORDER BY slug",
            .. SessionsHost.DatasetQueries,
        ])
        {
            await using var command = new NpgsqlCommand(query, connection);
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            while (await reader.ReadAsync(Cancel))
                rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
