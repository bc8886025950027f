using System.Diagnostics;
using System.Text.Json;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Datasets.Exports;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Tests.Datasets.Csv;

namespace EvalMarket.Formats.Tests.Datasets;

/// <summary>promptfoo itself, with its provider that says what it was asked, on an exported file.</summary>
/// <remarks>It weighs a gigabyte, so it is not among the packages of this repository: where it is not installed the test is skipped and says how to get it.</remarks>
public sealed class PromptfooLoaderTests
{
    private const string Variable = "EVALMARKET_PROMPTFOO";

    [Fact]
    public async Task Promptfoo_reads_each_text_as_it_was_and_compares_it()
    {
        var tool = Tool();
        if (tool is null)
            Assert.Skip($"promptfoo is not installed. In any folder: npm i promptfoo@0.119.14 (or 0.121.20), then set {Variable} to node_modules/.bin/promptfoo in it.");
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("evalmarket-promptfoo").FullName;
        try
        {
            // What is echoed equals what is expected, but for the last one.
            string[] texts = ["What is 2+2?", "Which {{one}}? {% if x %} {# not a comment #}", "Braces {{{a}}} {{ b", "Half a tag {% b", "{{input}} again", "file://etc/passwd", "Line\nbreaks, \"quotes\" and 🥧", "=1+1", "日本"];
            ExportItem[] items =
            [
                .. texts.Select((text, number) => new ExportItem(new DatasetItem { Id = TypeId.New<ItemId>(DateTimeOffset.UnixEpoch.AddSeconds(number)), Input = text, Output = text, Context = JsonElement.Parse("""{"topic":"{{x}}"}""") }, "default")),
                new ExportItem(new DatasetItem { Input = "One", Output = "Another" }, "default"),
            ];
            await File.WriteAllTextAsync(Path.Combine(folder, "tests.jsonl"), await Csvs.ExportAsync(DatasetExporters.Find("promptfoo")!, items), cancel);
            await File.WriteAllTextAsync(Path.Combine(folder, "promptfooconfig.yaml"), "prompts: [\"{{input}}\"]\nproviders: [echo]\ntests: file://tests.jsonl\n", cancel);

            var start = new ProcessStartInfo(tool, ["eval", "--no-write", "--no-cache", "--no-table", "--no-progress-bar", "-o", "out.jsonl"])
            {
                WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
                Environment = { ["PROMPTFOO_DISABLE_TELEMETRY"] = "1", ["PROMPTFOO_DISABLE_UPDATE"] = "1", ["PROMPTFOO_CONFIG_DIR"] = Path.Combine(folder, "config") },
            };
            using var process = Process.Start(start)!;
            var said = process.StandardOutput.ReadToEndAsync(cancel);
            var complained = await process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);

            var path = Path.Combine(folder, "out.jsonl");
            Assert.True(File.Exists(path), $"{await said}\n{complained}");
            var results = (await File.ReadAllLinesAsync(path, cancel)).Where(line => line.Length > 0).Select(line => JsonElement.Parse(line)).ToDictionary(result => result.GetProperty("testIdx").GetInt32());
            Assert.Equal(items.Length, results.Count);
            Assert.Equal(texts, Enumerable.Range(0, texts.Length).Select(number => results[number].GetProperty("response").GetProperty("output").GetString()));
            Assert.Equal([.. texts.Select(_ => true), false], Enumerable.Range(0, items.Length).Select(number => results[number].GetProperty("success").GetBoolean()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Tool()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return File.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "node_modules", ".bin", "promptfoo");
            if (File.Exists(path))
                return path;
        }

        return null;
    }
}
