using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Packages;

public sealed class PackageExportTests(TestApp app) : IClassFixture<TestApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_sections_and_a_run_go_out_with_their_items_and_results_alone()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var run = (await world.RunAsync(fields: [("name", "Baseline"), ("model", "gpt-5"), ("run_config", """{"temperature":0}"""), ("lighteval_config", "model_parameters:\n  model_name: gpt-5\n")])).GetProperty("id").GetString();

        // In the order of the dataset, whatever the order in the address; a repeated one counts once.
        var query = $"?section_ids={world.Section("日本")}&section_ids={world.Section("Easy")}&section_ids={world.Section("Easy")}&run_id={run}";
        var files = PackageWorld.Unzip(await world.ExportAsync(query));

        Assert.Equal(["manifest.json", "meta.json", "sections/01-easy.jsonl", "sections/02-日本.jsonl", "run_config.json", "results.jsonl", "lighteval_config.yaml"], files.Select(file => file.Name));
        var manifest = JsonElement.Parse(files[0].Text);
        Assert.Equal("""{"sections":2,"items":4,"assets":0,"results":4}""", JsonSerializer.Serialize(manifest.GetProperty("counts")));
        Assert.Equal(world.Dataset.Row.Hash, manifest.GetProperty("dataset").GetProperty("version_hash").GetString());
        Assert.Equal(run, manifest.GetProperty("run").GetProperty("id").GetString());
        Assert.Equal("Of **countries**.", JsonElement.Parse(files[1].Text).GetProperty("description").GetString());
        Assert.Equal(2, files[2].Text.Count(c => c == '\n'));
        Assert.StartsWith($$"""{"id":"{{world.Items[0].Item}}","input":{"content":"Capital Easy 0? 😀"}""", files[2].Text, StringComparison.Ordinal);
        var expected = world.Items.Where(item => item.Section != "Hard").Select(item => item.Item);
        Assert.Equal(expected, files[5].Text.TrimEnd().Split('\n').Select(line => JsonElement.Parse(line).GetProperty("item_id").GetString()));
        Assert.Equal("model_parameters:\n  model_name: \"gpt-5\"\n", files[6].Text);
    }

    [Fact]
    public async Task A_package_has_a_length_a_tag_and_ranges_and_is_the_same_every_time()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var path = $"/api/datasets/{world.Id}/export";
        using var first = await world.GetAsync(path);
        var bytes = await first.Content.ReadAsByteArrayAsync(Cancel);
        var tag = first.Headers.ETag!;

        Assert.Equal("application/zip", first.Content.Headers.ContentType!.MediaType);
        Assert.Equal("capitals-co-v2.eval752.zip", first.Content.Headers.ContentDisposition!.FileName);
        Assert.False(tag.IsWeak);
        Assert.Equal(bytes, await world.ExportAsync());

        using var head = await world.GetAsync(path, method: HttpMethod.Head);
        Assert.Equal((bytes.Length, tag), ((int)head.Content.Headers.ContentLength!, head.Headers.ETag));
        using var known = await world.GetAsync(path, headers => headers.IfNoneMatch.Add(tag));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        using var rest = await world.GetAsync(path, headers => (headers.Range, headers.IfRange) = (new RangeHeaderValue(bytes.Length / 2, null), new RangeConditionHeaderValue(tag)));
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(bytes[(bytes.Length / 2)..], await rest.Content.ReadAsByteArrayAsync(Cancel));
        using var last = await world.GetAsync(path, headers => headers.Range = new RangeHeaderValue(null, 22));
        Assert.Equal(bytes[^22..], await last.Content.ReadAsByteArrayAsync(Cancel));
        using var changed = await world.GetAsync(path, headers => (headers.Range, headers.IfRange) = (new RangeHeaderValue(5, null), new RangeConditionHeaderValue(new EntityTagHeaderValue("\"other\""))));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        using var beyond = await world.GetAsync(path, headers => headers.Range = new RangeHeaderValue(bytes.Length, null));
        Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, bytes.Length), (beyond.StatusCode, (int)beyond.Content.Headers.ContentRange!.Length!));
    }

    [Fact]
    public async Task What_does_not_belong_to_the_dataset_is_refused_in_the_words_of_the_guide()
    {
        using var world = await PackageWorld.OpenAsync(app);
        using var other = await PackageWorld.OpenAsync(app);
        var foreign = (await other.RunAsync()).GetProperty("id").GetString();
        var unfinished = (await world.RunAsync(fields: [("status", "running")])).GetProperty("id").GetString();

        Assert.Equal("Sections do not belong to this dataset", await RefusedAsync(world, $"section_ids={other.Section("Easy")}", HttpStatusCode.BadRequest));
        Assert.Equal("Sections do not belong to this dataset", await RefusedAsync(world, $"section_ids={world.Section("Easy")}&section_ids=nonsense", HttpStatusCode.BadRequest));
        Assert.Equal("Run belongs to a different dataset", await RefusedAsync(world, $"run_id={foreign}", HttpStatusCode.BadRequest));
        Assert.Contains("running", await RefusedAsync(world, $"run_id={unfinished}", HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Contains("no such version", await RefusedAsync(world, "version=99", HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Contains("section_id", await RefusedAsync(world, "section_id=x", HttpStatusCode.BadRequest), StringComparison.Ordinal);
        using var notMine = await world.GetAsync($"/datasets/{other.Id}/export");
        Assert.Equal(HttpStatusCode.NotFound, notMine.StatusCode);
    }

    [Fact]
    public async Task A_run_takes_its_own_version_of_the_dataset_along()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var run = (await world.RunAsync(fields: [("version", "2")])).GetProperty("id").GetString();
        await PackageWorld.AddItemAsync(app, world);

        Assert.Equal(6, ItemCount(await world.ExportAsync($"?run_id={run}")));
        Assert.Equal(7, ItemCount(await world.ExportAsync()));
        Assert.Equal(7, ItemCount(await world.ExportAsync($"?run_id={run}&version=3")));
        Assert.Equal(0, ItemCount(await world.ExportAsync("?version=1")));
    }

    private static long ItemCount(byte[] package) => JsonElement.Parse(PackageWorld.Unzip(package)[0].Text).GetProperty("counts").GetProperty("items").GetInt64();

    private static async Task<string> RefusedAsync(PackageWorld world, string query, HttpStatusCode status)
    {
        using var answer = await world.GetAsync($"/datasets/{world.Id}/export?{query}");
        Assert.Equal(status, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("detail").GetString()!;
    }
}
