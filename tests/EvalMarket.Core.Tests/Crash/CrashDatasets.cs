using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EvalMarket.TestKit;

namespace EvalMarket.Core.Tests.Crash;

/// <summary>
/// Programs that fill, change and delete items of datasets until the app dies under them: one by small requests, one by long streams, which are staged.
/// A request that was on the way may have happened or not, but only as a whole.
/// </summary>
internal sealed class CrashDatasets
{
    private const int Writers = 2;

    /// <summary>The second writer's streams are long enough to be staged.</summary>
    private static readonly int[] BatchSizes = [40, 2_600];

    private readonly ConcurrentDictionary<int, string> paths = new();

    /// <summary>Batches that were acknowledged, by writer: how many of their items are there.</summary>
    private readonly ConcurrentDictionary<(int Writer, string Batch), int> acknowledged = new();

    /// <summary>The request of each writer that was on the way: a batch, and how many items it would have then.</summary>
    private readonly ConcurrentDictionary<int, (string Batch, int Items)> unanswered = new();

    public async Task PrepareAsync(HttpClient client)
    {
        for (var writer = 0; writer < Writers; writer++)
        {
            using var answer = await client.PostAsJsonAsync("/api/datasets", new { name = $"Writer {writer}", sections = new[] { "a", "b" } });
            answer.EnsureSuccessStatusCode();
            using var dataset = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            paths[writer] = $"/api/datasets/{dataset.RootElement.GetProperty("id").GetString()}";
        }
    }

    /// <summary>Runs until the app is gone.</summary>
    public Task RunAsync(HttpClient client, int round, Func<Func<Task>, Task<bool>> tryAsync) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(client, round, writer, tryAsync))));

    public async Task CheckAsync(AppProcess app, string folder, CancellationToken cancellationToken)
    {
        foreach (var (writer, path) in paths)
        {
            var items = new List<string>();
            var cursor = "";
            do
            {
                using var page = JsonDocument.Parse(await app.Client.GetStringAsync($"{path}/items?limit=1000{cursor}", cancellationToken));
                items.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("input").GetProperty("content").GetString()!.Split(' ')[0]));
                cursor = page.RootElement.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : "";
            }
            while (cursor.Length > 0);

            if (unanswered.TryRemove(writer, out var late))
            {
                var landed = items.Count(batch => batch == late.Batch);
                Assert.Contains(landed, new[] { late.Items, acknowledged.GetValueOrDefault((writer, late.Batch)) });
                acknowledged[(writer, late.Batch)] = landed;
            }

            var expected = acknowledged.Where(batch => batch.Key.Writer == writer && batch.Value > 0).OrderBy(batch => batch.Key.Batch, StringComparer.Ordinal).Select(batch => (batch.Key.Batch, batch.Value));
            Assert.Equal(expected, items.CountBy(batch => batch, StringComparer.Ordinal).OrderBy(batch => batch.Key, StringComparer.Ordinal).Select(batch => (batch.Key, batch.Value)));

            using var versions = JsonDocument.Parse(await app.Client.GetStringAsync($"{path}/versions?limit=1000", cancellationToken));
            var named = versions.RootElement.GetProperty("items").EnumerateArray().Select(version => $"{version.GetProperty("version").GetInt32()}-{version.GetProperty("hash").GetString()}.json").ToList();
            var dataset = Path.Combine(folder, "datasets", path.Split('/')[^1]);
            Assert.Equal(named.Order(StringComparer.Ordinal), Directory.GetFiles(Path.Combine(dataset, "versions")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(dataset, "versions", named[0]), cancellationToken), await File.ReadAllBytesAsync(Path.Combine(dataset, "dataset.json"), cancellationToken));
        }
    }

    private async Task WriteAsync(HttpClient client, int round, int writer, Func<Func<Task>, Task<bool>> tryAsync)
    {
        for (var number = 0; ; number++)
        {
            var batch = $"r{round}w{writer}b{number}";
            // Every third batch is deleted again, by what it has in common.
            if (!await SendAsync(writer, batch, BatchSizes[writer], () => PostAsync(client, writer, batch), tryAsync)
                || (number % 3 == 2 && !await SendAsync(writer, batch, 0, () => DeleteAsync(client, writer, batch), tryAsync)))
            {
                return;
            }
        }
    }

    private async Task<bool> SendAsync(int writer, string batch, int items, Func<Task> request, Func<Func<Task>, Task<bool>> tryAsync)
    {
        unanswered[writer] = (batch, items);
        if (!await tryAsync(request))
        {
            return false;
        }

        unanswered.TryRemove(writer, out _);
        acknowledged[(writer, batch)] = items;
        return true;
    }

    private async Task PostAsync(HttpClient client, int writer, string batch)
    {
        var lines = Enumerable.Range(0, BatchSizes[writer]).Select(i => JsonSerializer.Serialize(new { input = new { content = $"{batch} item {i} {new string('x', 200)}" } }));
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var answer = await client.PostAsync($"{paths[writer]}/items", content);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsStringAsync();
    }

    private async Task DeleteAsync(HttpClient client, int writer, string batch)
    {
        using var answer = await client.PostAsJsonAsync($"{paths[writer]}/items/delete", new { filter = new { q = batch } });
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsStringAsync();
    }
}
