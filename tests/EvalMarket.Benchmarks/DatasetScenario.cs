using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EvalMarket.TestKit;

namespace EvalMarket.Benchmarks;

/// <summary>Sends many items as one body to a real process, as NDJSON or as a CSV file, then pages, searches, filters and deep-links through them, edits one and compares versions.</summary>
internal static class DatasetScenario
{
    private const int Repeats = 60;

    public static async Task RunAsync(int count, bool isCsv, TextWriter report, CancellationToken cancellationToken)
    {
        var data = TestFolder.Create();
        try
        {
            await using var app = await AppProcess.StartAsync(data, cancellationToken);
            await Console.Error.WriteLineAsync($"{count:N0} items");
            using var content = new StringContent("""{"name":"Generated"}""", Encoding.UTF8, "application/json");
            using var made = await app.Client.PostAsync("/api/datasets", content, cancellationToken);
            using var dataset = JsonDocument.Parse(await made.Content.ReadAsStringAsync(cancellationToken));
            var path = $"/api/datasets/{dataset.RootElement.GetProperty("id").GetString()}";
            await ImportAsync(app, path, count, isCsv, report, cancellationToken);
            await ListAsync(app, path, count, report, cancellationToken);
            await ExploreAsync(app, path, count, report, cancellationToken);
            await ChangeAsync(app, path, count, report, cancellationToken);
            if (isCsv)
                await ExportAsync(app, path, report, cancellationToken);
            await AddAsync(report, "Peak memory of the app process", Memory(app.Id, "VmHWM"));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task ImportAsync(AppProcess app, string path, int count, bool isCsv, TextWriter report, CancellationToken cancellationToken)
    {
        await report.WriteLineAsync("\n| What | Figure |\n|---|---|");
        var body = new GeneratedItems(count, isCsv);
        using var form = new MultipartFormDataContent();
        if (isCsv)
            form.Add(body, "file", "generated.csv");
        using var request = isCsv
            ? new HttpRequestMessage(HttpMethod.Post, $"{path}/csv") { Content = form }
            : new HttpRequestMessage(HttpMethod.Post, $"{path}/items") { Content = body };
        var start = Stopwatch.GetTimestamp();
        var job = await BackgroundJob.BeginAsync(app.Client, request, cancellationToken);
        await AddAsync(report, $"{count:N0} {(isCsv ? "rows of CSV" : "items")} ({body.Sent / 1e6:N0} MB) as one body: until it is accepted", $"{Stopwatch.GetElapsedTime(start).TotalSeconds:N1} s (generating included)");
        start = Stopwatch.GetTimestamp();
        var created = (await BackgroundJob.EndAsync(app.Client, job, cancellationToken)).GetProperty("created").GetInt64();
        var elapsed = Stopwatch.GetElapsedTime(start);
        await AddAsync(report, "… and until all are listed and found", $"{elapsed.TotalSeconds:N1} s: {created / elapsed.TotalSeconds:N0} a second");
        await AddAsync(report, "Peak memory of the app process after the import", Memory(app.Id, "VmHWM"));
    }

    private static async Task ExportAsync(AppProcess app, string path, TextWriter report, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await app.Client.GetAsync($"{path}/export/csv", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var content = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellationToken);
        var (first, bytes, buffer) = (TimeSpan.Zero, 0L, new byte[256 * 1024]);
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            first = bytes == 0 ? Stopwatch.GetElapsedTime(start) : first;
            bytes += read;
        }

        var whole = Stopwatch.GetElapsedTime(start);
        await AddAsync(report, $"CSV export of all ({bytes / 1e6:N0} MB)", $"{whole.TotalSeconds:N1} s: {bytes / 1e6 / whole.TotalSeconds:N0} MB/s, first byte after {first.TotalMilliseconds:N0} ms");
    }

    private static async Task ListAsync(AppProcess app, string path, int count, TextWriter report, CancellationToken cancellationToken)
    {
        var items = $"{path}/items";
        await TimeAsync(app, report, "First page of 50", items, cancellationToken);
        var (middle, cursor) = await FindAsync(app, $"{items}?limit=1&q=item{count / 2}", cancellationToken);
        var (last, _) = await FindAsync(app, $"{items}?limit=1&q=item{count - 1}", cancellationToken);
        await TimeAsync(app, report, "A page in the middle", $"{items}?cursor={cursor}", cancellationToken);
        await TimeAsync(app, report, "Deep link into the middle", $"{items}?around={middle}", cancellationToken);
        await TimeAsync(app, report, "Deep link to the end", $"{items}?around={last}", cancellationToken);
        await TimeAsync(app, report, "One item", $"{items}/{middle}", cancellationToken);
        await TimeAsync(app, report, "Search: a rare word (1 in 5,000)", $"{items}?q={GeneratedSessions.RareWord}", cancellationToken);
        await TimeAsync(app, report, "Search: a word of one item", $"{items}?q=item{count / 3}", cancellationToken);
        await TimeAsync(app, report, "Search: a common word", $"{items}?q={GeneratedSessions.CommonWord}", cancellationToken);
        await TimeAsync(app, report, "Search: two letters", $"{items}?q=bu", cancellationToken);
        await TimeAsync(app, report, "Search: a rare and a common word", $"{items}?q={GeneratedSessions.RareWord}%20{GeneratedSessions.CommonWord}", cancellationToken);
        await TimeAsync(app, report, "Search: no hit", $"{items}?q=xyzzyplugh", cancellationToken);
        await TimeAsync(app, report, "Filter: a common tag", $"{items}?tag=tag-7", cancellationToken);
        await TimeAsync(app, report, "Filter: a rare tag (1 in 100,000)", $"{items}?tag=rare", cancellationToken);
        await TimeAsync(app, report, "Filter: without output", $"{items}?has_output=false", cancellationToken);
        await TimeAsync(app, report, "Filter: linked (none)", $"{items}?linked=true", cancellationToken);
    }

    /// <summary>The same in the explorer, as a signed-in browser asks for it: the list with its count, chips and facets.</summary>
    private static async Task ExploreAsync(AppProcess app, string path, int count, TextWriter report, CancellationToken cancellationToken)
    {
        using var browser = await app.SignInAsync(cancellationToken);
        browser.DefaultRequestHeaders.Add("HX-Request", "true");
        var (middle, cursor) = await FindAsync(app, $"{path}/items?limit=1&q=item{count / 2}", cancellationToken);
        var list = $"/w/{AppProcess.Workspace}/datasets/{path.Split('/')[^1]}";
        foreach (var (what, query) in ((string, string)[])
        [
            ("first page", ""),
            ("a page in the middle", $"cursor={cursor}"),
            ("deep link into the middle", $"message_id={middle}"),
            ("a rare word", $"q={GeneratedSessions.RareWord}"),
            ("a word of one item", $"q=item{count / 3}"),
            ("a common word", $"q={GeneratedSessions.CommonWord}"),
            ("two letters", "q=bu"),
            ("a rare and a common word", $"q={GeneratedSessions.RareWord}%20{GeneratedSessions.CommonWord}"),
            ("no hit", "q=xyzzyplugh"),
            ("a common tag", "tag=tag-7"),
            ("a rare tag", "tag=rare"),
            ("in the order of input", "sort=input"),
            ("longest outputs first", "sort=-output_length"),
            ("longest outputs first, of a common tag", "sort=-output_length&tag=tag-7"),
            ("oldest first, a rare tag", "sort=created&tag=rare"),
        ])
        {
            await TimeAsync(browser, report, $"Explorer: {what}", $"{list}?{query}", cancellationToken);
        }
    }

    private static async Task ChangeAsync(AppProcess app, string path, int count, TextWriter report, CancellationToken cancellationToken)
    {
        var (item, _) = await FindAsync(app, $"{path}/items?limit=1&q=item{count / 2}", cancellationToken);
        var times = new List<double>();
        for (var i = 0; i < Repeats / 3; i++)
        {
            using var content = new StringContent($$$"""{"input":{"content":"Edited {{{i}}}"}}""", Encoding.UTF8, "application/json");
            var start = Stopwatch.GetTimestamp();
            using var answer = await app.Client.PutAsync($"{path}/items/{item}", content, cancellationToken);
            answer.EnsureSuccessStatusCode();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        await AddAsync(report, "Changing one item, a version each", Of(times));
        await TimeAsync(app, report, "Difference of two versions of which one item differs", $"{path}/diff?from=2&to=3", cancellationToken);
        var restore = Stopwatch.GetTimestamp();
        using var restored = await app.Client.PostAsync($"{path}/versions/2/restore", null, cancellationToken);
        restored.EnsureSuccessStatusCode();
        await AddAsync(report, "Bringing the version before back", $"{Stopwatch.GetElapsedTime(restore).TotalMilliseconds:N0} ms");
    }

    private static async Task<(string Id, string? Cursor)> FindAsync(AppProcess app, string path, CancellationToken cancellationToken)
    {
        using var page = JsonDocument.Parse(await app.Client.GetStringAsync(path, cancellationToken));
        var id = page.RootElement.GetProperty("items")[0].GetProperty("id").GetString()!;
        using var around = JsonDocument.Parse(await app.Client.GetStringAsync($"{path.Split('?')[0]}?limit=3&around={id}", cancellationToken));
        return (id, around.RootElement.GetProperty("next_cursor").GetString());
    }

    private static Task TimeAsync(AppProcess app, TextWriter report, string what, string path, CancellationToken cancellationToken) =>
        TimeAsync(app.Client, report, what, path, cancellationToken);

    private static async Task TimeAsync(HttpClient client, TextWriter report, string what, string path, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        for (var i = 0; i < Repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await client.GetStringAsync(path, cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        await AddAsync(report, what, Of(times));
    }

    private static string Of(List<double> times)
    {
        times.Sort();
        return $"p50 {times[times.Count / 2]:N1} ms, p95 {times[times.Count * 95 / 100]:N1} ms";
    }

    private static async Task AddAsync(TextWriter report, string what, string figure)
    {
        await report.WriteLineAsync($"| {what} | {figure} |");
        await report.FlushAsync();
    }

    private static string Memory(int process, string what)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(what, StringComparison.Ordinal));
        return $"{long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) / 1024.0:N0} MB";
    }

    /// <summary>Items as people have them: a question of some sentences, an answer of a paragraph, a tag; made while they are sent.</summary>
    private sealed class GeneratedItems : HttpContent
    {
        private readonly int count;
        private readonly bool isCsv;

        public GeneratedItems(int count, bool isCsv)
        {
            this.count = count;
            this.isCsv = isCsv;
            Headers.ContentType = new MediaTypeHeaderValue(isCsv ? "text/csv" : "application/x-ndjson");
        }

        public long Sent { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            if (isCsv)
                await SendAsync(stream, "Question,Answer,tags,number\n"u8.ToArray());
            for (var number = 0; number < count; number++)
            {
                var random = new Random(number);
                var question = $"{GeneratedSessions.Text(random, 8, 25)} item{number}{(number % GeneratedSessions.RareEvery == 0 ? $" {GeneratedSessions.RareWord}" : "")}";
                var answer = random.Next(5) == 0 ? "" : GeneratedSessions.Text(random, 15, 50);
                var tag = number % 100_000 == 77 ? "rare" : $"tag-{random.Next(20)}";
                await SendAsync(stream, isCsv
                    ? Encoding.UTF8.GetBytes($"\"{question}\",\"{answer}\",\"[\"\"{tag}\"\"]\",{number}\n")
                    : [.. JsonSerializer.SerializeToUtf8Bytes(new { input = new { content = question }, output = new { content = answer }, context = new { tags = new[] { tag }, number } }), (byte)'\n']);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        private async Task SendAsync(Stream stream, byte[] bytes)
        {
            Sent += bytes.Length;
            await stream.WriteAsync(bytes);
        }
    }
}
