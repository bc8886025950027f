using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using EvalMarket.TestKit;

namespace EvalMarket.Benchmarks;

/// <summary>Imports many sessions through the API of a real process, then lists, filters, searches, labels and exports them.</summary>
internal static class SessionScenario
{
    private const int Repeats = 60;
    private const int BulkSessions = 10_000;

    public static async Task RunAsync(int count, TextWriter report, CancellationToken cancellationToken)
    {
        var data = TestFolder.Create();
        var job = TestFolder.Create();
        try
        {
            await using (var app = await AppProcess.StartAsync(data, cancellationToken))
            {
                await Console.Error.WriteLineAsync($"{count:N0} sessions");
                var table = new ReportTable(report);
                await ImportAsync(app, count, table, cancellationToken);
                await ListAsync(app, table, cancellationToken);
                await LabelAsync(app, table, cancellationToken);
                await ExportAsync(app, table, cancellationToken);
                await table.AddAsync("Peak memory of the app process", app.Memory("VmHWM"));
            }

            await using (var app = await AppProcess.StartAsync(job, cancellationToken))
            {
                var table = new ReportTable(report);
                await ImportAsJobAsync(app, count, table, cancellationToken);
                await table.AddAsync("Peak memory of that process", app.Memory("VmHWM"));
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
            Directory.Delete(job, recursive: true);
        }
    }

    private static async Task ImportAsync(AppProcess app, int count, ReportTable table, CancellationToken cancellationToken)
    {
        var (bytes, sending) = await GeneratedImport.SendAsync(app, count, cancellationToken);
        await table.AddAsync($"Import of {count:N0} sessions ({bytes / 1e6:N0} MB) as NDJSON, requests of up to {GeneratedImport.BodyBytes >> 20} MB", $"{sending.TotalSeconds:N1} s: {count / sending.TotalSeconds:N0} sessions/s, {bytes / 1e6 / sending.TotalSeconds:N1} MB/s");
        await table.AddAsync("Peak memory of the app process after the import", app.Memory("VmHWM"));
    }

    private static async Task ImportAsJobAsync(AppProcess app, int count, ReportTable table, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sessions") { Content = new GeneratedBody(count) };
        var start = Stopwatch.GetTimestamp();
        var job = await BackgroundJob.BeginAsync(app.Client, request, cancellationToken);
        await table.AddAsync("The same as one body: until it is accepted", $"{Stopwatch.GetElapsedTime(start).TotalSeconds:N1} s (generating included)");
        start = Stopwatch.GetTimestamp();
        var created = (await BackgroundJob.EndAsync(app.Client, job, cancellationToken)).GetProperty("created").GetInt64();
        var elapsed = Stopwatch.GetElapsedTime(start);
        await table.AddAsync("… and until the job has ended", $"{elapsed.TotalSeconds:N1} s: {created:N0} created, {created / elapsed.TotalSeconds:N0} sessions/s");
    }

    private static async Task ListAsync(AppProcess app, ReportTable table, CancellationToken cancellationToken)
    {
        await TimeAsync(app, table, "List, first page of 50", "/api/sessions", cancellationToken);
        await TimeAsync(app, table, "List, a page in the middle", $"/api/sessions?cursor={await CursorInTheMiddleAsync(app, "", cancellationToken)}", cancellationToken);
        foreach (var sort in new[] { "-updated", "reviewed", "title", "-turns", "-tokens", "cost" })
            await TimeAsync(app, table, $"Order: {sort}", $"/api/sessions?sort={sort}", cancellationToken);
        await TimeAsync(app, table, "Order: cost, a page in the middle", $"/api/sessions?sort=-cost&cursor={await CursorInTheMiddleAsync(app, "&sort=-cost", cancellationToken)}", cancellationToken);
        await TimeAsync(app, table, "Order: title, eval_ready and a source", "/api/sessions?sort=title&eval_ready=true&source=codex", cancellationToken);
        await TimeAsync(app, table, "Order: cost, of a tag", "/api/sessions?sort=-cost&tag=tag-7", cancellationToken);
        await TimeAsync(app, table, "Order: title, of a common word", $"/api/sessions?sort=title&q={GeneratedSessions.CommonWord}", cancellationToken);
        await TimeAsync(app, table, "Filter: status", "/api/sessions?status=golden", cancellationToken);
        await TimeAsync(app, table, "Filter: eval_ready and status", "/api/sessions?eval_ready=true&status=incorrect", cancellationToken);
        await TimeAsync(app, table, "Filter: source", "/api/sessions?source=codex", cancellationToken);
        await TimeAsync(app, table, "Filter: author and model", "/api/sessions?author=person7@example.org&model=model-3", cancellationToken);
        await TimeAsync(app, table, "Filter: tag", "/api/sessions?tag=tag-7", cancellationToken);
        await TimeAsync(app, table, "Filter: a source that is not there", "/api/sessions?source=none", cancellationToken);
        await TimeAsync(app, table, "Search: a rare word", $"/api/sessions?q={GeneratedSessions.RareWord}", cancellationToken);
        await TimeAsync(app, table, "Search: a common word", $"/api/sessions?q={GeneratedSessions.CommonWord}", cancellationToken);
        await TimeAsync(app, table, "Search: two letters", "/api/sessions?q=bu", cancellationToken);
        await TimeAsync(app, table, "Search: a rare and a common word", $"/api/sessions?q={GeneratedSessions.RareWord}%20{GeneratedSessions.CommonWord}", cancellationToken);
        await TimeAsync(app, table, "Search: no hit", "/api/sessions?q=xyzzyplugh", cancellationToken);
    }

    private static async Task<string> CursorInTheMiddleAsync(AppProcess app, string order, CancellationToken cancellationToken)
    {
        var cursor = "";
        for (var page = 0; page < 50; page++)
        {
            using var answer = JsonDocument.Parse(await app.Client.GetStringAsync($"/api/sessions?limit=1000{order}{(page == 0 ? "" : $"&cursor={cursor}")}", cancellationToken));
            if (answer.RootElement.GetProperty("next_cursor").GetString() is not { } next)
                break;
            cursor = next;
        }

        return cursor;
    }

    private static async Task TimeAsync(AppProcess app, ReportTable table, string what, string path, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        for (var i = 0; i < Repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await app.Client.GetStringAsync(path, cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        await table.AddAsync(what, $"p50 {times[Repeats / 2]:N1} ms, p95 {times[Repeats * 95 / 100]:N1} ms");
    }

    private static async Task LabelAsync(AppProcess app, ReportTable table, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        var cursor = "";
        while (ids.Count < BulkSessions)
        {
            using var page = JsonDocument.Parse(await app.Client.GetStringAsync($"/api/sessions?limit=1000{cursor}", cancellationToken));
            ids.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            if (page.RootElement.GetProperty("next_cursor").GetString() is not { } next)
                break;
            cursor = $"&cursor={next}";
        }

        var body = JsonSerializer.Serialize(new { ids = ids.Take(BulkSessions), set = new { eval_ready = true, eval_status = "golden", eval_notes = "measured" }, add_tags = new[] { "measured" } });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var start = Stopwatch.GetTimestamp();
        using var answer = await app.Client.PostAsync("/api/sessions/bulk", content, cancellationToken);
        answer.EnsureSuccessStatusCode();
        await table.AddAsync($"Bulk label of {BulkSessions:N0} (status, notes, a tag)", $"{Stopwatch.GetElapsedTime(start).TotalSeconds:N2} s, {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    private static async Task ExportAsync(AppProcess app, ReportTable table, CancellationToken cancellationToken)
    {
        foreach (var format in new[] { "deepeval", "openai", "text" })
        {
            var before = app.Memory("VmRSS");
            var start = Stopwatch.GetTimestamp();
            using var answer = await app.Client.GetAsync($"/api/export?format={format}", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            answer.EnsureSuccessStatusCode();
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[256 * 1024];
            var bytes = 0L;
            var first = TimeSpan.Zero;
            int read;
            while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (bytes == 0)
                    first = Stopwatch.GetElapsedTime(start);
                bytes += read;
            }

            var elapsed = Stopwatch.GetElapsedTime(start);
            await table.AddAsync(
                $"Export {format}: {int.Parse(answer.Headers.GetValues("X-Export-Sessions").Single()):N0} sessions, {int.Parse(answer.Headers.GetValues("X-Export-Turns").Single()):N0} turns, {bytes / 1e6:N0} MB",
                $"{elapsed.TotalSeconds:N1} s: {bytes / 1e6 / elapsed.TotalSeconds:N0} MB/s, first byte after {first.TotalMilliseconds:N0} ms, memory {before} before, {app.Memory("VmRSS")} after");
        }
    }

    /// <summary>A body that is made while it is sent.</summary>
    private sealed class GeneratedBody : HttpContent
    {
        private readonly int count;

        public GeneratedBody(int count)
        {
            this.count = count;
            Headers.ContentType = new("application/x-ndjson");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var number = 0; number < count; number++)
                await stream.WriteAsync((byte[])[.. GeneratedSessions.Line(number), (byte)'\n']);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
