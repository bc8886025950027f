using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Packages;

/// <summary>A dataset of many items in three sections and a run, exported with two of the sections and the run, in the hands of other programs.</summary>
public sealed class PackageToolTests(TestApp app) : IClassFixture<TestApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Four_programs_unpack_it_and_curl_goes_on_with_a_download_that_broke_off()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var query = await FillAsync(world);
        var package = await world.ExportAsync(query);
        var folder = Directory.CreateTempSubdirectory("evalmarket-package").FullName;
        try
        {
            var file = Path.Combine(folder, "dataset.eval752.zip");
            // The first third as a connection that broke off leaves it; curl asks for the rest.
            await File.WriteAllBytesAsync(file, package[..(package.Length / 3)], Cancel);
            List<string> missing = [];
            foreach (var (tool, arguments) in new (string, string[])[]
            {
                ("curl", ["-sS", "--fail", "-C", "-", "-o", file, "-H", $"Authorization: {world.Http.DefaultRequestHeaders.Authorization}", new Uri(app.Address, $"/datasets/{world.Id}/export{query}").ToString()]),
                ("unzip", ["-tq", file]),
                ("7z", ["t", file]),
                ("python3", ["-c", "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; assert len(z.namelist()) == 7, z.namelist()", file]),
            })
            {
                if (await RunAsync(tool, arguments) is not { } problem)
                {
                    missing.Add(tool);
                    // What the others look at has to be whole.
                    await File.WriteAllBytesAsync(file, package, Cancel);
                }
                else
                {
                    Assert.True(problem.Length == 0, $"{tool}: {problem}");
                }
            }

            Assert.Equal(package, await File.ReadAllBytesAsync(file, Cancel));
            using var archive = new ZipArchive(new MemoryStream(package));
            foreach (var entry in archive.Entries)
            {
                await using var content = entry.Open();
                await content.CopyToAsync(Stream.Null, Cancel);
            }

            if (missing.Count > 0)
                Assert.Skip($"Not installed: {string.Join(", ", missing)}. The others take the package.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Another_workspace_has_the_same_items_and_results_after_its_upload()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var package = await world.ExportAsync(await FillAsync(world));
        using var other = await PackageWorld.OpenAsync(app);

        var uploaded = await other.SendAsync("/api/datasets/upload", PackageWorld.FileForm(package, "renamed.zip"), HttpStatusCode.Created);

        var again = await other.ExportAsync($"?run_id={uploaded.GetProperty("run_id").GetString()}", uploaded.GetProperty("id").GetString());
        var (before, after) = (PackageWorld.Unzip(package), PackageWorld.Unzip(again));
        Assert.Equal(before.Select(file => file.Name), after.Select(file => file.Name));
        // Items keep their ids, so all but the manifest is the same to the last byte.
        Assert.Equal(before.Skip(1).Select(file => file.Text), after.Skip(1).Select(file => file.Text));
        Assert.Equal(JsonSerializer.Serialize(JsonElement.Parse(before[0].Text).GetProperty("counts")), JsonSerializer.Serialize(JsonElement.Parse(after[0].Text).GetProperty("counts")));
        Assert.Equal("""{"sections":2,"items":1504,"assets":0,"results":1504}""", JsonSerializer.Serialize(JsonElement.Parse(after[0].Text).GetProperty("counts")));
    }

    /// <summary>Fills the dataset and makes a run of all its items; gives the query of the export.</summary>
    private static async Task<string> FillAsync(PackageWorld world)
    {
        // Texts of all kinds, enough for several chunks in each section.
        string[] texts = ["Why does `Money.parse(\"12.345\")` raise?", "日本語の質問 😀", "Line\nbreaks\tand \\ slashes", "=SUM(A1)", "{\"json\": [1, null]}", "<script>alert(1)</script>", "e\u0301 \u202Eright to left\u202C"];
        foreach (var (section, count) in new[] { ("Easy", 750), ("Hard", 400), ("日本", 750) })
        {
            var lines = string.Concat(Enumerable.Range(0, count).Select(number => JsonSerializer.Serialize(new
            {
                input = new { content = $"{texts[number % texts.Length]} {number} {new string((char)('a' + (number % 26)), number)}" },
                output = new { content = number % 5 == 0 ? "" : $"Answer {number}" },
                context = new { topic = texts[number % texts.Length], number },
            }) + "\n"));
            using var content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson");
            using var answer = await world.Http.PostAsync($"/api/datasets/{world.Id}/items?section_id={world.Section(section)}", content, Cancel);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }

        List<string> items = [];
        string? cursor = null;
        do
        {
            var page = await world.Workspace.GetAsync($"/api/datasets/{world.Id}/items?limit=1000{(cursor is null ? "" : $"&cursor={cursor}")}");
            items.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        var results = string.Concat(items.Select((item, number) => $$"""{"item_id":"{{item}}","response":"Response {{number}} 😀","score":{{(number % 10) / 10.0:0.0}},"passed":{{(number % 3 == 0 ? "false" : "true")}},"latency_ms":{{number}}}""" + "\n"));
        var run = await world.RunAsync(results: results, fields: [("name", "Nightly"), ("model", "gpt-5"), ("run_config", """{"temperature":0}"""), ("lighteval_config", "model_parameters:\n  model_name: gpt-5\n")]);
        return $"?section_ids={world.Section("Easy")}&section_ids={world.Section("日本")}&run_id={run.GetProperty("id").GetString()}";
    }

    /// <summary>What a program complains about, empty when it does not; null when it is not installed.</summary>
    private static async Task<string?> RunAsync(string tool, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var said = process.StandardOutput.ReadToEndAsync(Cancel);
            var complained = await process.StandardError.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
            return process.ExitCode == 0 ? "" : $"{complained}{await said}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
