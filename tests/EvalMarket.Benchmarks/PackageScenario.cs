using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using EvalMarket.TestKit;

namespace EvalMarket.Benchmarks;

/// <summary>
/// Uploads a dataset of generated items to a real process, exports it as a package and in other formats again and again, and beside it writes the same the ordinary way: ZipArchive and serializers, one row after the other.
/// Megabytes are those of the payload, the text of the items.
/// </summary>
internal static class PackageScenario
{
    private const int Sections = 3;
    private const int Repeats = 20;
    private static readonly string[] Words = ["ledger", "capture", "balance", "refund", "idempotent", "currency", "minor", "unit", "chargeback", "settle", "retry", "customer", "receipt", "amount", "nightly", "webhook"];

    public static async Task RunAsync(int count, TextWriter report, CancellationToken cancellationToken)
    {
        var data = TestFolder.Create();
        var package = Path.Combine(data, "generated.eval752.zip");
        var lines = Path.Combine(data, "rows.jsonl");
        try
        {
            await using var app = await AppProcess.StartAsync(Path.Combine(data, "app"), cancellationToken);
            var table = new ReportTable(report);
            var payload = await StandInAsync(package, lines, count, table, cancellationToken);
            var dataset = await UploadAsync(app, package, count, table, cancellationToken);
            await ExportAsync(app, $"/datasets/{dataset}/export", "Package", payload, table, cancellationToken);
            await SectionAsync(app, dataset, table, cancellationToken);
            foreach (var format in new[] { "jsonl", "csv", "deepeval-goldens", "openai-finetune" })
            {
                var ours = await ExportAsync(app, $"/api/datasets/{dataset}/export/{format}", $"Export {format}", payload, table, cancellationToken);
                await CompareAsync(new OrdinaryExports(lines), format, ours, payload, table, cancellationToken);
            }

            await table.AddAsync("Peak memory of the app process", Memory(app.Id, "VmHWM"));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Writes the package the ordinary way: each row is made JSON and goes through the compressor. What it wrote is then uploaded.</summary>
    private static async Task<long> StandInAsync(string path, string lines, int count, ReportTable table, CancellationToken cancellationToken)
    {
        var rows = Enumerable.Range(0, count).Select(Row).ToList();
        var start = Stopwatch.GetTimestamp();
        var payload = 0L;
        await using (var file = File.Create(path))
        await using (var archive = new ZipArchive(file, ZipArchiveMode.Create))
        {
            for (var section = 0; section < Sections; section++)
            {
                await using var entry = await archive.CreateEntry($"sections/{section + 1:00}-section.jsonl").OpenAsync(cancellationToken);
                foreach (var row in rows.Skip(section * count / Sections).Take(((section + 1) * count / Sections) - (section * count / Sections)))
                {
                    var line = JsonSerializer.SerializeToUtf8Bytes(row);
                    await entry.WriteAsync(line, cancellationToken);
                    await entry.WriteAsync("\n"u8.ToArray(), cancellationToken);
                    payload += line.Length + 1;
                }
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        await table.AddAsync($"Stand-in: ZipArchive from {count:N0} rows ({payload / 1e6:N0} MB of text, {new FileInfo(path).Length / 1e6:N0} MB packed)", $"{elapsed.TotalSeconds:N2} s: {payload / 1e6 / elapsed.TotalSeconds:N0} MB/s");
        await File.WriteAllLinesAsync(lines, rows.Select(row => JsonSerializer.Serialize(row)), cancellationToken);
        return payload;
    }

    /// <summary>The ordinary way of a text export, as a factor of ours.</summary>
    private static async Task CompareAsync(OrdinaryExports ordinary, string format, double ours, long payload, ReportTable table, CancellationToken cancellationToken)
    {
        await ordinary.TimeAsync(format, cancellationToken);
        var here = await ordinary.TimeAsync(format, cancellationToken);
        await table.AddAsync($"… the ordinary way: rows, objects, JsonSerializer, to nowhere", $"{here:N1} s: {payload / 1e6 / here:N0} MB/s of payload; ours takes {ours / here:N2} of that time");
        var python = await ordinary.TimePythonAsync(format, cancellationToken);
        await table.AddAsync($"… the same in Python", python is { } seconds ? $"{seconds:N1} s: {payload / 1e6 / seconds:N0} MB/s of payload; ours is {seconds / ours:N1} times as fast" : "python3 is not installed");
    }

    private static object Row(int number)
    {
        var random = new Random(number);
        return new
        {
            input = new { content = Text(random, 40) },
            output = new { content = Text(random, 80) },
            context = new { tags = new[] { Words[number % Words.Length] }, number },
        };
    }

    private static string Text(Random random, int words)
    {
        var text = new StringBuilder();
        for (var i = 0; i < words; i++)
            text.Append(Words[random.Next(Words.Length)]).Append(' ').Append(random.Next(100_000)).Append(' ');
        return text.ToString();
    }

    private static async Task<string> UploadAsync(AppProcess app, string package, int count, ReportTable table, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(package);
        using var form = new MultipartFormDataContent();
        form.Add(new StreamContent(file), "file", "generated.eval752.zip");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/datasets/upload") { Content = form };
        var start = Stopwatch.GetTimestamp();
        var job = await BackgroundJob.BeginAsync(app.Client, request, cancellationToken);
        var result = await BackgroundJob.EndAsync(app.Client, job, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(start);
        await table.AddAsync($"Upload of that package as a job, checked and searchable", $"{elapsed.TotalSeconds:N1} s: {count / elapsed.TotalSeconds:N0} items/s, peak memory {Memory(app.Id, "VmHWM")}");
        return result.GetProperty("id").GetString() ?? throw new InvalidOperationException(result.GetRawText());
    }

    private static async Task SectionAsync(AppProcess app, string dataset, ReportTable table, CancellationToken cancellationToken)
    {
        using var response = await app.Client.GetAsync($"/datasets/{dataset}/export", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var length = response.Content.Headers.ContentLength!.Value;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/datasets/{dataset}/export");
        request.Headers.Range = new(length - 1000, null);
        var start = Stopwatch.GetTimestamp();
        using var tail = await app.Client.SendAsync(request, cancellationToken);
        await tail.Content.ReadAsByteArrayAsync(cancellationToken);
        await table.AddAsync("Package: its last 1,000 bytes by Range", $"{Stopwatch.GetElapsedTime(start).TotalMilliseconds:N1} ms");
    }

    private static async Task<double> ExportAsync(AppProcess app, string path, string what, long payload, ReportTable table, CancellationToken cancellationToken)
    {
        using (var once = await app.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken))
        {
            if (!once.IsSuccessStatusCode)
                throw new InvalidOperationException($"{path}: {once.StatusCode}");
        }

        var before = Kilobytes(app.Id, "VmRSS");
        var times = new List<(double Whole, double First)>();
        var bytes = 0L;
        var buffer = new byte[256 * 1024];
        var repeats = what == "Package" ? Repeats : 3;
        for (var i = 0; i < repeats; i++)
        {
            bytes = 0;
            var start = Stopwatch.GetTimestamp();
            using var answer = await app.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var first = 0d;
            int read;
            while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (bytes == 0)
                    first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                bytes += read;
            }

            times.Add((Stopwatch.GetElapsedTime(start).TotalSeconds, first));
        }

        var whole = times.Select(time => time.Whole).Order().ElementAt(repeats / 2);
        var firstByte = times.Select(time => time.First).Order().ElementAt(repeats / 2);
        await table.AddAsync(
            $"{what}: {bytes / 1e6:N0} MB over HTTP, median of {repeats}",
            $"{whole:N3} s: {payload / 1e6 / whole:N0} MB/s of payload, {bytes / 1e6 / whole:N0} MB/s on the wire, first byte after {firstByte:N1} ms, memory {(Kilobytes(app.Id, "VmRSS") - before) / 1024:+0;-0;0} MB");
        return whole;
    }

    private static long Kilobytes(int process, string what) =>
        long.Parse(File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(what, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]);

    private static string Memory(int process, string what) => $"{Kilobytes(process, what) / 1024:N0} MB";
}
