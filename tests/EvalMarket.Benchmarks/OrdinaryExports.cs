using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace EvalMarket.Benchmarks;

/// <summary>
/// The ordinary way out, to compare with: rows as a database gives them (a JSON text each), made objects, made the other tool's objects, and these made text by the usual serializer. Once in this process, and once in Python where that is installed.
/// What it leaves out is in its favour: no database, no network, no checks.
/// </summary>
internal sealed class OrdinaryExports(string rows)
{
    private const string Python = """
        import csv, io, json, sys, time
        start, count = time.perf_counter(), 0
        rows, format = sys.argv[1], sys.argv[2]
        with open(rows, encoding="utf-8") as lines, open("/dev/null", "w", encoding="utf-8") as out:
            table = csv.writer(out, lineterminator="\n")
            for line in lines:
                item = json.loads(line)
                question, answer, context = item["input"]["content"], item["output"]["content"], item["context"]
                if format == "csv":
                    table.writerow([question, answer, json.dumps(context["tags"]), context["number"]])
                elif format == "openai-finetune":
                    out.write(json.dumps({"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}) + "\n")
                elif format == "deepeval-goldens":
                    out.write(json.dumps({"input": question, "expected_output": answer, "context": [], "additional_metadata": context}) + "\n")
                else:
                    out.write(json.dumps({"input": {"content": question}, "output": {"content": answer}, "context": context, "history": [], "metadata": {}}) + "\n")
        print(time.perf_counter() - start)
        """;

    /// <summary>Seconds that it takes here.</summary>
    public async Task<double> TimeAsync(string format, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        await foreach (var line in File.ReadLinesAsync(rows, cancellationToken))
        {
            var row = JsonSerializer.Deserialize<Row>(line, JsonSerializerOptions.Web)!;
            var text = format switch
            {
                "csv" => $"{Quoted(row.Input.Content)},{Quoted(row.Output.Content)},{Quoted(JsonSerializer.Serialize(row.Context.Tags))},{row.Context.Number}\n",
                "openai-finetune" => JsonSerializer.Serialize(new { messages = new[] { new { role = "user", content = row.Input.Content }, new { role = "assistant", content = row.Output.Content } } }),
                "deepeval-goldens" => JsonSerializer.Serialize(new { input = row.Input.Content, expected_output = row.Output.Content, context = Array.Empty<string>(), additional_metadata = row.Context }),
                _ => JsonSerializer.Serialize(new { input = row.Input, output = row.Output, context = row.Context, history = Array.Empty<string>(), metadata = new { } }),
            };
            await Stream.Null.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Seconds that it takes in Python; null where that is not installed.</summary>
    public async Task<double?> TimePythonAsync(string format, CancellationToken cancellationToken)
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Python, rows, format]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var said = await python.StandardOutput.ReadToEndAsync(cancellationToken);
            await python.WaitForExitAsync(cancellationToken);
            return python.ExitCode == 0 ? double.Parse(said) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Quoted(string cell) => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private sealed record Text(string Content);

    private sealed record Free(string[] Tags, int Number);

    private sealed record Row(Text Input, Text Output, Free Context);
}
