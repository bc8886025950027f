using System.Net;
using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Packages;

public sealed class RunTests(TestApp app) : IClassFixture<TestApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_counted_over_all_and_by_section_and_lists_what_failed_first()
    {
        using var world = await PackageWorld.OpenAsync(app);

        var run = await world.RunAsync(fields: [("name", "Baseline"), ("model", "gpt-5"), ("provider", "openai")]);

        Assert.Equal(
            ("completed", 2, 6, 4, 1, 1, 0.8),
            (run.GetProperty("status").GetString(), run.GetProperty("dataset_version").GetInt32(), run.GetProperty("result_count").GetInt32(), run.GetProperty("passed").GetInt32(),
                run.GetProperty("failed").GetInt32(), run.GetProperty("unjudged").GetInt32(), run.GetProperty("pass_rate").GetDouble()));
        Assert.Equal("""{"from":0,"to":1,"counts":[1,0,0,0,0,0,0,0,0,5]}""", run.GetProperty("scores").GetRawText());
        Assert.Equal("""{"mean":102.5,"median":102,"p95":105,"max":105}""", run.GetProperty("latency_ms").GetRawText());
        Assert.Equal(["Easy 0", "Hard 1", "日本 1"], run.GetProperty("sections").EnumerateArray().Select(section => $"{section.GetProperty("name")} {section.GetProperty("pass_rate")}"));
        var id = run.GetProperty("id").GetString();
        var page = await world.Workspace.GetAsync($"/api/runs/{id}/results?limit=2");
        Assert.Equal(["Response 0", "Response 1"], page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("response").GetString()));
        var rest = await world.Workspace.GetAsync($"/api/runs/{id}/results?cursor={page.GetProperty("next_cursor").GetString()}");
        Assert.Equal(["Response 2", "Response 3", "Response 4", "Response 5"], rest.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("response").GetString()).Order());
        Assert.Equal(id, (await world.Workspace.GetAsync($"/api/datasets/{world.Id}/runs")).GetProperty("items")[0].GetProperty("id").GetString());
        using var lightEval = await world.GetAsync($"/api/runs/{id}/lighteval_config.yaml");
        Assert.Equal("model_parameters:\n  model_name: \"gpt-5\"\n  provider: \"openai\"\n", await lightEval.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Secrets_never_come_in_and_the_uploader_is_told_where_they_were()
    {
        using var world = await PackageWorld.OpenAsync(app);
        const string Key = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0";
        var results = $$"""{"item_id":"{{world.Items[0].Item}}","error":"Incorrect key sk-{{Key}}"}""" + "\n";

        var run = await world.RunAsync(
            results: results,
            fields: [("run_config", $$$"""{"api_key":"{{{Key}}}","max_tokens":10,"note":"hf_{{{Key}}}","headers":{"Authorization":"Bearer {{{Key}}}"}}"""), ("lighteval_config", $"model_parameters:\n  model_name: x\n  api_key: {Key}\n")]);

        Assert.Equal(["/api_key", "/note", "/headers/Authorization", "/model_parameters/api_key", "line 1: /error"], run.GetProperty("removed").EnumerateArray().Select(secret => secret.GetProperty("path").GetString()));
        var package = PackageWorld.Unzip(await world.ExportAsync($"?run_id={run.GetProperty("id").GetString()}"));
        Assert.DoesNotContain(package, file => file.Text.Contains(Key, StringComparison.Ordinal));
        Assert.DoesNotContain(Key, run.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(10, run.GetProperty("run_config").GetProperty("max_tokens").GetInt32());
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(app.DataDirectory, "files"), "*.json", SearchOption.AllDirectories), path => File.ReadAllText(path).Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Results_of_other_items_and_other_mistakes_are_refused_all_at_once()
    {
        using var world = await PackageWorld.OpenAsync(app);
        using var other = await PackageWorld.OpenAsync(app);
        var results = $$"""
            {"item_id":"{{world.Items[0].Item}}","response":"x"}
            {"item_id":"{{other.Items[0].Item}}","response":"x"}
            {"item_id":"{{world.Items[0].Item}}","response":"again"}
            {"item_id":"{{world.Items[1].Item}}","score":"high"}
            nonsense

            """;

        var problem = await world.RunAsync(HttpStatusCode.UnprocessableEntity, results);

        Assert.Equal(
            ["2 /item_id", "3 /item_id", "4 /score", "4 /response", "5 "],
            problem.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("line")} {(error.TryGetProperty("path", out var path) ? path.GetString() : "")}"));
        Assert.Empty((await world.Workspace.GetAsync($"/api/datasets/{world.Id}/runs")).GetProperty("items").EnumerateArray());
        var wrong = await world.RunAsync(HttpStatusCode.UnprocessableEntity, fields: [("status", "done"), ("version", "9x"), ("run_config", "[]"), ("lighteval_config", "a: [")]);
        Assert.Equal(["/version", "/status", "/run_config", "/lighteval_config"], wrong.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task A_run_that_goes_on_needs_no_results_and_is_completed_by_them_and_then_stays()
    {
        using var world = await PackageWorld.OpenAsync(app);
        using var form = new MultipartFormDataContent { { new StringContent("Nightly"), "name" }, { new StringContent("running"), "status" } };
        var run = await world.SendAsync($"/api/datasets/{world.Id}/runs", form, HttpStatusCode.Created);
        var path = $"/api/runs/{run.GetProperty("id").GetString()}";
        Assert.Equal(("running", 0), (run.GetProperty("status").GetString(), run.GetProperty("result_count").GetInt32()));
        using var early = await world.GetAsync($"/datasets/{world.Id}/export?run_id={run.GetProperty("id").GetString()}");
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        await PackageWorld.AddItemAsync(app, world);

        Assert.Equal("queued", (await world.Workspace.PatchAsync(path, """{"status":"queued","model":"gpt-5","run_config":{"api_key":"x","n":1}}""")).GetProperty("status").GetString());
        await world.Workspace.PatchAsync(path, """{"status":"completed"}""", HttpStatusCode.UnprocessableEntity);
        await world.Workspace.PatchAsync(path, """{"state":"completed","name":1}""", HttpStatusCode.UnprocessableEntity);
        Assert.Equal(422, (int)(await PatchAsync(world, path, $$"""{"item_id":"{{TypeId.New<ItemId>(app.Time.GetUtcNow())}}","response":"x"}""")).Status);
        var (status, completed) = await PatchAsync(world, path, world.Results());

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("completed", "gpt-5", 6, 2), (completed.GetProperty("status").GetString(), completed.GetProperty("model").GetString(), completed.GetProperty("result_count").GetInt32(), completed.GetProperty("dataset_version").GetInt32()));
        Assert.Equal("""{"n":1}""", completed.GetProperty("run_config").GetRawText());
        Assert.Equal(run.GetProperty("created_at").GetString(), completed.GetProperty("created_at").GetString());
        var package = PackageWorld.Unzip(await world.ExportAsync($"?run_id={run.GetProperty("id").GetString()}"));
        Assert.Equal(6, package.Single(file => file.Name == "results.jsonl").Text.Count(c => c == '\n'));
        Assert.Equal("run_completed", (await world.Workspace.PatchAsync(path, """{"name":"Other"}""", HttpStatusCode.Conflict)).GetProperty("code").GetString());
        Assert.Single(Directory.EnumerateFiles(Path.Combine(app.DataDirectory, "files", "w", world.Workspace.Slug, "runs", run.GetProperty("id").GetString()!)));

        foreach (var rebuilder in app.Services.CreateScope().ServiceProvider.GetServices<IIndexRebuilder>().Where(each => each.Name is "runs"))
            await rebuilder.RebuildAsync(Cancel);
        Assert.Equal(completed.GetRawText(), (await world.Workspace.GetAsync(path)).GetRawText());
    }

    [Fact]
    public async Task The_version_that_a_run_ran_on_is_not_thinned()
    {
        await using var own = await TestApp.StartAsync(new Dictionary<string, string>());
        using var world = await PackageWorld.OpenAsync(own);
        await world.RunAsync();
        foreach (var _ in Enumerable.Range(0, 3))
            await PackageWorld.AddItemAsync(own, world);

        own.Time.Advance(TimeSpan.FromDays(100));
        await own.InWorkspaceAsync(world.Workspace.Slug, async services =>
        {
            await services.GetRequiredService<DatasetUpkeep>().KeepAsync(Cancel);
            return true;
        });

        // The newest, the last one of the week, and that of the run.
        var versions = (await world.Workspace.GetAsync($"/api/datasets/{world.Id}/versions")).GetProperty("items").EnumerateArray().Select(version => version.GetProperty("version").GetInt32());
        Assert.Equal([5, 4, 2], versions);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> PatchAsync(PackageWorld world, string path, string results)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = PackageWorld.RunForm(results) };
        using var answer = await world.Http.SendAsync(request, Cancel);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)));
    }

    [Fact]
    public async Task A_run_is_found_again_after_a_reindex_and_gone_after_its_deletion()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var uploaded = await world.Workspace.RunJobAsync($"/api/datasets/{world.Id}/runs", PackageWorld.RunForm(world.Results(), ("name", "Baseline")));
        var run = uploaded.GetProperty("result");
        var path = $"/api/runs/{run.GetProperty("id").GetString()}";
        var results = await world.Workspace.GetAsync($"{path}/results");

        foreach (var rebuilder in app.Services.CreateScope().ServiceProvider.GetServices<IIndexRebuilder>().Where(each => each.Name is "runs" or "assets"))
            await rebuilder.RebuildAsync(Cancel);

        Assert.Equal(run.GetRawText(), (await world.Workspace.GetAsync(path)).GetRawText());
        Assert.Equal(results.GetRawText(), (await world.Workspace.GetAsync($"{path}/results")).GetRawText());
        using var deleted = await world.Http.DeleteAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await world.Workspace.GetAsync(path, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Files_of_items_are_told_by_their_content_and_never_run()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var path = $"/api/datasets/{world.Id}/assets";

        var asset = await world.SendAsync(path, PackageWorld.FileForm(PackageWorld.Png, "../Map.PNG"), HttpStatusCode.Created);
        var again = await world.SendAsync(path, PackageWorld.FileForm(PackageWorld.Png, "other.png"), HttpStatusCode.Created);
        var page = await world.SendAsync(path, PackageWorld.FileForm("<script>alert(1)</script>"u8.ToArray(), "page.txt"), HttpStatusCode.Created);
        await world.SendAsync(path, PackageWorld.FileForm("<svg/>"u8.ToArray(), "a.svg"), HttpStatusCode.UnprocessableEntity);
        await world.SendAsync(path, PackageWorld.FileForm("no picture"u8.ToArray(), "a.png"), HttpStatusCode.UnprocessableEntity);

        Assert.Equal(asset.GetRawText(), again.GetRawText());
        Assert.Equal(("image/png", $"assets/{asset.GetProperty("sha256").GetString()![..12]}-map.png"), (asset.GetProperty("mime_type").GetString(), asset.GetProperty("path").GetString()));
        using var picture = await world.GetAsync($"/api/assets/{asset.GetProperty("sha256").GetString()}");
        Assert.Equal(PackageWorld.Png, await picture.Content.ReadAsByteArrayAsync(Cancel));
        using var text = await world.GetAsync($"/api/assets/{page.GetProperty("sha256").GetString()}");
        Assert.Equal(
            ("attachment", "text/plain", "default-src 'none'; sandbox", "nosniff"),
            (text.Content.Headers.ContentDisposition!.DispositionType, text.Content.Headers.ContentType!.MediaType, text.Headers.GetValues("Content-Security-Policy").Single(), text.Headers.GetValues("X-Content-Type-Options").Single()));
    }
}
