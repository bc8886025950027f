using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace EvalMarket.Core.Tests.Crash;

/// <summary>
/// Programs that import, re-import, label and comment at the same time until the app dies under them. Knows what was acknowledged, and
/// what was on the way: that may have happened or not, but only as a whole.
/// </summary>
internal sealed class CrashWorkload
{
    public const int Labelled = 200;
    public const int JobSessions = 1_500;
    private const int JobFiles = 30;
    private const int BatchSize = 20;
    private const int Importers = 3;
    private const int Labellers = 2;

    /// <summary>The version of each session that was acknowledged last, by external id.</summary>
    public ConcurrentDictionary<string, int> Sessions { get; } = new();

    /// <summary>Batches that were on the way when the app died: external ids and the version they would have.</summary>
    public ConcurrentBag<(IReadOnlyList<string> Ids, int Version)> Unanswered { get; } = [];

    /// <summary>For each labeller, the tag that was acknowledged last and the one that was on the way.</summary>
    public ConcurrentDictionary<int, (string? Acknowledged, string? Unanswered)> Tags { get; } = new();

    /// <summary>Comments that were acknowledged.</summary>
    public ConcurrentBag<string> Comments { get; } = [];

    /// <summary>Where the import jobs are that were accepted.</summary>
    public ConcurrentBag<string> Jobs { get; } = [];

    public static string SourceOf(int labeller) => $"labelled-{labeller}";

    /// <summary>A session of several messages, large enough that files and rows are written in several steps.</summary>
    public static string Session(string externalId, int version, string source = "import") => JsonSerializer.Serialize(new
    {
        external_id = externalId,
        title = $"{externalId} version {version}",
        source,
        created_at = "2026-01-02T03:04:05Z",
        messages = Enumerable.Range(0, 6).Select(i => new
        {
            role = i % 2 == 0 ? "user" : "assistant",
            content = $"message {i} of {externalId} version {version} " + new string((char)('a' + (i % 26)), 400),
        }),
    });

    public CrashDatasets Datasets { get; } = new();

    public async Task PrepareAsync(HttpClient client)
    {
        await Datasets.PrepareAsync(client);
        for (var labeller = 0; labeller < Labellers; labeller++)
        {
            var number = labeller;
            await SendAsync(client, Enumerable.Range(0, Labelled).Select(i => Session($"label-{number}-{i}", 1, SourceOf(number))));
            // Stays through all the changes that say nothing about it.
            using var golden = await client.PostAsJsonAsync("/api/sessions/bulk", new { filter = new { source = SourceOf(labeller) }, set = new { eval_status = "golden" } });
            golden.EnsureSuccessStatusCode();
            Tags[labeller] = (null, null);
        }
    }

    /// <summary>Runs until the app is gone, which ends every program.</summary>
    public async Task RunAsync(HttpClient client, int round, int seed, bool withJob)
    {
        Unanswered.Clear();
        if (withJob)
            await TryAsync(() => StartJobAsync(client, $"job-{round}", asFiles: round % 4 == 0));
        await Task.WhenAll(
        [
            .. Enumerable.Range(0, Importers).Select(importer => Task.Run(() => ImportAsync(client, round, importer, new Random(seed + importer)))),
            .. Enumerable.Range(0, Labellers).Select(labeller => Task.Run(() => LabelAsync(client, round, labeller))),
            Task.Run(() => CommentAsync(client, round)),
            Datasets.RunAsync(client, round, TryAsync),
        ]);
    }

    private static async Task<bool> TryAsync(Func<Task> request)
    {
        try
        {
            await request();
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException { StatusCode: null or HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError } or IOException or TaskCanceledException)
        {
            // The app died before it could answer.
            return false;
        }
    }

    private static async Task SendAsync(HttpClient client, IEnumerable<string> sessions)
    {
        using var content = new StringContent(string.Join('\n', sessions), Encoding.UTF8, "application/x-ndjson");
        using var answer = await client.PostAsync("/api/sessions", content);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsStringAsync();
    }

    private async Task ImportAsync(HttpClient client, int round, int importer, Random random)
    {
        for (var batch = 0; ; batch++)
        {
            // Now and then the sessions of an earlier batch in a newer version.
            var of = batch > 0 && random.Next(3) == 0 ? random.Next(batch) : batch;
            var ids = Enumerable.Range(0, BatchSize).Select(i => $"r{round}-c{importer}-b{of}-{i}").ToList();
            var version = Sessions.GetValueOrDefault(ids[0]) + 1;
            if (!await TryAsync(() => SendAsync(client, ids.Select(id => Session(id, version)))))
            {
                Unanswered.Add((ids, version));
                return;
            }

            foreach (var id in ids)
                Sessions[id] = version;
        }
    }

    private async Task LabelAsync(HttpClient client, int round, int labeller)
    {
        for (var number = 0; ; number++)
        {
            var before = Tags[labeller].Acknowledged;
            var tag = $"r{round}-{number}";
            Tags[labeller] = (before, tag);
            var body = new { filter = new { source = SourceOf(labeller) }, set = new { eval_ready = true, eval_notes = $"notes {tag}" }, add_tags = new[] { tag }, remove_tags = before is null ? [] : new[] { before } };
            if (!await TryAsync(async () =>
            {
                using var answer = await client.PostAsJsonAsync("/api/sessions/bulk", body);
                answer.EnsureSuccessStatusCode();
                using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
                Assert.Equal(Labelled, json.RootElement.GetProperty("changed").GetInt32());
            }))
            {
                return;
            }

            Tags[labeller] = (tag, null);
        }
    }

    private async Task CommentAsync(HttpClient client, int round)
    {
        JsonElement[] messages = [];
        if (!await TryAsync(async () =>
        {
            using var list = JsonDocument.Parse(await client.GetStringAsync($"/api/sessions?source={SourceOf(0)}&limit=1"));
            using var session = JsonDocument.Parse(await client.GetStringAsync($"/api/sessions/{list.RootElement.GetProperty("items")[0].GetProperty("id").GetString()}"));
            messages = [session.RootElement.Clone()];
        }))
        {
            return;
        }

        var path = $"/api/sessions/{messages[0].GetProperty("id").GetString()}/messages/{messages[0].GetProperty("messages")[1].GetProperty("id").GetString()}/comments";
        for (var number = 0; ; number++)
        {
            var text = $"comment {round}-{number}";
            if (!await TryAsync(async () =>
            {
                using var answer = await client.PostAsJsonAsync(path, new { text });
                answer.EnsureSuccessStatusCode();
            }))
            {
                return;
            }

            Comments.Add(text);
        }
    }

    /// <summary>Half of the jobs read one body, the others a folder of files: both go on where they were.</summary>
    private async Task StartJobAsync(HttpClient client, string prefix, bool asFiles)
    {
        var sessions = Enumerable.Range(0, JobSessions).Select(i => Session($"{prefix}-{i}", 1, "job")).ToList();
        using var request = new HttpRequestMessage(HttpMethod.Post, asFiles ? "/api/sessions/import" : "/api/sessions");
        if (asFiles)
        {
            var form = new MultipartFormDataContent();
            foreach (var (index, file) in sessions.Chunk(JobSessions / JobFiles).Index())
                form.Add(new StringContent(string.Join('\n', file)), "file", $"folder/{index}.jsonl");
            request.Content = form;
        }
        else
        {
            request.Content = new StringContent(string.Join('\n', sessions), Encoding.UTF8, "application/x-ndjson");
        }

        request.Headers.Add("Prefer", "respond-async");
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Jobs.Add(answer.Headers.Location!.ToString());
    }
}
