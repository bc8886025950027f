using System.Net;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Sessions;

namespace EvalMarket.Web.Tests.Packages;

public sealed class RunPageTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task A_run_is_uploaded_read_compared_and_exported()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var (dataset, items) = await PackageWorld.DatasetAsync(app, pages.Slug);
        var list = $"/datasets/{dataset.Id}/runs";
        Assert.Contains("No run yet", (await pages.GetAsync(list)).QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);

        var first = await UploadAsync(pages, list, "Last week", items.Select(item => $$"""{"item_id":"{{item.Item}}","response":"Answer <b>","passed":true,"score":1}"""));
        var second = await UploadAsync(pages, list, "Today", items.Select((item, i) => $$"""{"item_id":"{{item.Item}}","response":"Answer {{i}}","passed":{{(i == 3 ? "false" : "true")}},"score":{{(i == 3 ? 0 : 1)}}}"""));

        Assert.Equal(["Today", "Last week"], (await pages.GetAsync(list)).QuerySelectorAll("tbody .row-link").Select(cell => cell.TextContent.Trim()));
        var run = await pages.GetAsync(second);
        Assert.Equal($"/datasets/{dataset.Id}/export?run_id={second.Split('/')[^1]}", run.QuerySelector("a[download].btn-primary")!.GetAttribute("href"));
        Assert.Contains("83.3 %", run.QuerySelector(".figures")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Failed · 0", run.QuerySelector("#results article .pill")!.TextContent.Trim());
        Assert.Equal(10, run.QuerySelectorAll("svg.chart rect").Length);
        Assert.Single((await pages.GetAsync($"{second}?outcome=failed")).QuerySelectorAll("#results article"));
        var item = await pages.GetAsync($"{second}/items/{items[3].Item}");
        Assert.Equal(["Answer 1", "Answer 3"], item.QuerySelectorAll(".sides .diff-text").Select(text => text.TextContent));
        var comparison = await pages.GetAsync($"{second}/compare?with={first.Split('/')[^1]}");
        Assert.Equal("1", comparison.QuerySelector(".figures dd")!.FirstChild!.TextContent.Trim());
        Assert.Equal(["Answer 1", "Answer <b>", "Answer 3"], comparison.QuerySelectorAll("article .diff-text").Select(text => text.TextContent));
        Assert.Empty(run.QuerySelectorAll("[style]"));
    }

    [Fact]
    public async Task The_export_dialog_offers_completed_runs_and_shows_the_version_that_the_chosen_one_ran_on()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var (dataset, items) = await PackageWorld.DatasetAsync(app, pages.Slug);
        var dialog = $"/datasets/{dataset.Id}/export";
        Assert.Null((await pages.GetAsync(dialog)).QuerySelector("#export-run"));
        var run = (await UploadAsync(pages, $"/datasets/{dataset.Id}/runs", "Baseline", [$$"""{"item_id":"{{items[0].Item}}","response":"x","passed":true}"""])).Split('/')[^1];
        await PackageWorld.AddItemAsync(app, pages.Slug, dataset);

        var plain = await pages.GetAsync(dialog);
        Assert.Equal(["None", "Baseline · version 2 · 1 result"], plain.QuerySelectorAll("#export-run option").Select(option => option.TextContent));
        Assert.Contains("3, the newest", plain.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        var chosen = await pages.GetAsync($"{dialog}?run_id={run}");
        var href = chosen.QuerySelector("#export-download a")!.GetAttribute("href")!;
        Assert.Equal($"/datasets/{dataset.Id}/export?run_id={run}", href);
        Assert.Contains(href, chosen.QuerySelector("#export-curl")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("2", chosen.QuerySelectorAll(".facts dd")[2].TextContent);
        Assert.Equal(run, chosen.QuerySelector("#export-download input[name=run_id]")!.GetAttribute("value"));
        var package = PackageWorld.Unzip(await pages.Browser.GetByteArrayAsync(href, TestContext.Current.CancellationToken));
        Assert.Contains(package, file => file.Name == "results.jsonl");

        // Other formats carry no results.
        var other = await pages.GetAsync($"{dialog}?run_id={run}&show=jsonl");
        Assert.True(other.QuerySelector("#export-run")!.HasAttribute("disabled"));
        Assert.DoesNotContain("run_id", other.QuerySelector("#export-download a")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_an_upload_is_shown_with_its_line_and_what_was_typed_stays()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var (dataset, _) = await PackageWorld.DatasetAsync(app, pages.Slug);

        using var answer = await PostAsync(pages, $"/datasets/{dataset.Id}/runs", "My run", "{\"item_id\":\"itm_01kjmbqde0edcsbk84j37awn22\",\"response\":\"x\"}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("no such item", html, StringComparison.Ordinal);
        Assert.Contains("value=\"My run\"", html, StringComparison.Ordinal);
    }

    private static async Task<string> UploadAsync(SessionPages pages, string list, string name, IEnumerable<string> results)
    {
        using var answer = await PostAsync(pages, list, name, string.Join('\n', results));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!.ToString()[$"/w/{pages.Slug}".Length..];
    }

    private static async Task<HttpResponseMessage> PostAsync(SessionPages pages, string list, string name, string results)
    {
        var form = await pages.GetAsync($"{list}/new");
        var token = form.QuerySelector("form[enctype] input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var content = PackageWorld.RunForm(results, ("name", name), ("model", ""), ("version", "2"), ("status", "completed"), ("__RequestVerificationToken", token));
        return await pages.Browser.PostAsync($"/w/{pages.Slug}{list}/new", content, TestContext.Current.CancellationToken);
    }
}
