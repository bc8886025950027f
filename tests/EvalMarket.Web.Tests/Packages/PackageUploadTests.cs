using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Packages;

public sealed partial class PackageUploadTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task What_was_exported_and_uploaded_elsewhere_is_exported_again_as_it_was()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var asset = await world.SendAsync($"/api/datasets/{world.Id}/assets", PackageWorld.FileForm(PackageWorld.Png, "Map of the World.png"), HttpStatusCode.Created);
        await PackageWorld.AddItemAsync(app, world, asset.GetRawText());
        var run = (await world.RunAsync(fields: [("name", "Baseline"), ("version", "3"), ("run_config", """{"temperature":0,"é":"😀"}""")])).GetProperty("id").GetString();
        var package = await world.ExportAsync($"?run_id={run}");

        using var other = await PackageWorld.OpenAsync(app);
        var uploaded = await other.SendAsync("/api/datasets/upload", PackageWorld.FileForm(package, "x.eval752.zip"), HttpStatusCode.Created);

        Assert.Equal(("Capitals & Co", 7), (uploaded.GetProperty("name").GetString(), uploaded.GetProperty("sections").EnumerateArray().Sum(section => section.GetProperty("item_count").GetInt32())));
        Assert.Empty(uploaded.GetProperty("warnings").EnumerateArray());
        var again = await other.ExportAsync($"?run_id={uploaded.GetProperty("run_id").GetString()}", uploaded.GetProperty("id").GetString());
        var (before, after) = (PackageWorld.Unzip(package), PackageWorld.Unzip(again));
        Assert.Contains(before, file => file.Name.StartsWith("assets/", StringComparison.Ordinal));
        Assert.Equal(before.Select(file => file.Name), after.Select(file => file.Name));
        foreach (var (one, same) in before.Zip(after).Where(pair => pair.First.Name != "manifest.json"))
            Assert.Equal(one.Text, same.Text);
        Assert.Equal(Alike(before[0].Text), Alike(after[0].Text));
    }

    [Fact]
    public async Task A_long_package_keeps_the_cuts_of_its_chunks_and_one_that_is_wrong_at_its_end_leaves_nothing()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var lines = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"{{\"input\":{{\"content\":\"Question {i} {new string('x', 300)}\"}}}}\n"));
        var first = await world.SendAsync("/api/datasets/upload", PackageWorld.FileForm(Zip(("sections/long.jsonl", lines)), "long.zip"), HttpStatusCode.Created);
        var id = first.GetProperty("id").GetString()!;
        for (var i = 0; i < 3; i++)
        {
            // Of another length than the cuts of an import would give.
            using var more = new StringContent($"{{\"input\":{{\"content\":\"{new string('y', 200_000)}\"}}}}", Encoding.UTF8, "application/json");
            await world.SendAsync($"/api/datasets/{id}/items", more, HttpStatusCode.OK);
        }

        var package = await world.ExportAsync(dataset: id);
        using var other = await PackageWorld.OpenAsync(app);
        var uploaded = await other.SendAsync("/api/datasets/upload", PackageWorld.FileForm(package, "x.eval752.zip"), HttpStatusCode.Created);
        var again = await other.ExportAsync(dataset: uploaded.GetProperty("id").GetString());

        var (before, after) = (PackageWorld.Unzip(package), PackageWorld.Unzip(again));
        Assert.Equal(Alike(before[0].Text), Alike(after[0].Text));
        Assert.Equal(before.Skip(1).Select(file => file.Text), after.Skip(1).Select(file => file.Text));
        Assert.Equal(3_003, uploaded.GetProperty("item_count").GetInt32());
        var found = await other.Workspace.GetAsync($"/api/datasets/{uploaded.GetProperty("id").GetString()}/items?q=2999");
        Assert.Single(found.GetProperty("items").EnumerateArray());

        await RefusedAsync(other, Zip(("sections/long.jsonl", lines + "{\"input\":{}}\n")), "sections/long.jsonl");
        Assert.Equal(2, await PackageWorld.DatasetCountAsync(app, other));
    }

    [Fact]
    public async Task A_package_of_eval752_becomes_a_dataset_as_a_job()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var package = Zip(
            ("manifest.json", """{"name":"Trivia","sections":[{"id":"s1","name":"One"}],"run":{"model":"m-1"}}"""),
            ("sections/s1.jsonl", "{\"id\":\"q1\",\"inputs\":{\"text\":\"2+2\"},\"answer\":\"4\"}\n{\"id\":\"q2\",\"inputs\":{\"text\":\"3+3\"},\"answer\":\"6\",\"assets\":[{\"path\":\"gone.png\"}]}\n"),
            ("run_config.json", """{"api_key":"anything","model":"m-1"}"""),
            ("results.jsonl", "{\"item_id\":\"q2\",\"response\":\"6\",\"passed\":true}\n"));

        var job = await world.Workspace.RunJobAsync("/api/datasets/upload", PackageWorld.FileForm(package, "trivia.eval752.zip"));

        Assert.Equal("completed", job.GetProperty("status").GetString());
        var result = job.GetProperty("result");
        Assert.Equal(("Trivia", 2), (result.GetProperty("name").GetString(), result.GetProperty("item_count").GetInt32()));
        Assert.Contains("gone.png", result.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("/api_key", result.GetProperty("removed")[0].GetProperty("path").GetString());
        var run = await world.Workspace.GetAsync($"/api/runs/{result.GetProperty("run_id").GetString()}");
        Assert.Equal("""{"model":"m-1"}""", run.GetProperty("run_config").GetRawText());
        Assert.Equal((1, 1), (run.GetProperty("result_count").GetInt32(), run.GetProperty("passed").GetInt32()));
    }

    [Fact]
    public async Task A_package_with_anything_wrong_is_refused_whole_with_every_error_and_its_place()
    {
        using var world = await PackageWorld.OpenAsync(app);
        const string Good = "{\"input\":{\"content\":\"q\"}}\n";

        await RefusedAsync(world, Zip(("../sections/a.jsonl", Good)), "leads out of the archive");
        await RefusedAsync(world, "not a zip at all"u8.ToArray(), "not a ZIP archive");
        await RefusedAsync(world, Zip(("readme.txt", "x")), "no sections/*.jsonl");
        await RefusedAsync(world, Zip(("sections/a.jsonl", Good + "{\"input\":{}}\n")), "sections/a.jsonl");
        await RefusedAsync(world, Zip(("sections/a.jsonl", Good), ("results.jsonl", "{\"item_id\":\"itm_01kjmbqde0edcsbk84j37awn22\",\"response\":\"x\"}\n")), "no such item");
        await RefusedAsync(world, Zip(("sections/a.jsonl", Good), ("assets/page.html", "<script>alert(1)</script>")), "not supported");
        await RefusedAsync(world, Zip(("sections/a.jsonl", Good), ("assets/a.png", "no picture")), "by its content");
        var id = "itm_01kjmbqde0edcsbk84j37awn22";
        await RefusedAsync(world, Zip(("sections/a.jsonl", $"{{\"id\":\"{id}\",\"input\":{{\"content\":\"q\"}}}}\n"), ("sections/b.jsonl", $"{{\"id\":\"{id}\",\"input\":{{\"content\":\"q\"}}}}\n")), "has this id");

        Assert.Equal(1, await PackageWorld.DatasetCountAsync(app, world));
    }

    private static byte[] Zip(params (string Name, string Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return stream.ToArray();
    }

    private static async Task RefusedAsync(PackageWorld world, byte[] package, string reason)
    {
        var problem = await world.SendAsync("/api/datasets/upload", PackageWorld.FileForm(package, "x.zip"), HttpStatusCode.UnprocessableEntity);
        Assert.Contains(reason, problem.GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>A manifest without what is another workspace's own: ids, times, and the version's number and hash.</summary>
    private static string Alike(string manifest) => VersionNumber().Replace(Ids().Replace(manifest, "#"), "#");

    [GeneratedRegex("(?:ds|sec|run|itm)_[0-9a-z]{26}|\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[^\"]*\"|\"version_hash\": \"[0-9a-f]*\"", RegexOptions.NonBacktracking)]
    private static partial Regex Ids();

    [GeneratedRegex("\"(?:version|dataset_version)\": [0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex VersionNumber();
}
