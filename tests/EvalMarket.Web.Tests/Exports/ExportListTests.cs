using System.Net;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Packages;
using EvalMarket.Web.Tests.Sessions;

namespace EvalMarket.Web.Tests.Exports;

public sealed class ExportListTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task An_export_is_started_in_its_dialog_and_downloaded_from_the_list()
    {
        using var pages = await SessionPages.OpenAsync(app, WorkspaceRole.Viewer);
        Assert.Contains("No exports yet", (await pages.GetAsync("/exports")).QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        var ids = await pages.PushAsync(SessionPages.Session("Golden", ready: true, status: "golden"), SessionPages.Session("Wrong", ready: true, status: "incorrect"));
        var dialog = await pages.GetAsync("/evals/export?status=golden");
        var button = dialog.QuerySelector("button[formaction]")!;
        Assert.EndsWith("/exports?handler=sessions&status=golden", button.GetAttribute("formaction"), StringComparison.Ordinal);

        using var started = await pages.PostAsync("/exports?handler=sessions&status=golden", ("format", "openai"));
        using var selected = await pages.PostAsync("/exports?handler=sessions", ("format", "text"), ("ids", ids[0]), ("ids", ids[1]));

        var address = started.Headers.Location!.ToString();
        var row = await ReadyAsync(pages, address.Split('#')[1]);
        Assert.Contains("Label golden", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("1 session", row.TextContent, StringComparison.Ordinal);
        using var file = await pages.Browser.GetAsync(row.QuerySelector("a[download]")!.GetAttribute("href"));
        Assert.Equal(await pages.Program.GetByteArrayAsync("/api/export?format=openai&status=golden"), await file.Content.ReadAsByteArrayAsync());
        Assert.Contains("2 chosen sessions", (await ReadyAsync(pages, selected.Headers.Location!.ToString().Split('#')[1])).TextContent, StringComparison.Ordinal);

        using var again = await pages.PostAsync("/exports?handler=again", ("export", address.Split('#')[1]));
        Assert.Equal(HttpStatusCode.Redirect, again.StatusCode);
        using var deleted = await pages.PostAsync("/exports?handler=delete", ("export", address.Split('#')[1]));
        Assert.Equal(HttpStatusCode.Redirect, deleted.StatusCode);
        Assert.Null((await pages.GetAsync("/exports")).GetElementById(address.Split('#')[1]));
        using var nonsense = await pages.PostAsync("/exports?handler=sessions", ("format", "word"));
        Assert.Equal(HttpStatusCode.BadRequest, nonsense.StatusCode);
    }

    [Fact]
    public async Task What_was_sent_at_once_can_be_sent_again_with_the_same_filters()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var (dataset, _) = await PackageWorld.DatasetAsync(app, pages.Slug);
        var easy = dataset.Sections[0].Id;
        var direct = await pages.Program.GetByteArrayAsync($"/api/datasets/{dataset.Id}/export/jsonl?section_ids={easy}");

        var row = (await pages.GetAsync("/exports")).QuerySelector("tbody tr")!;

        Assert.Contains("Downloaded", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("version 2; sections Easy", row.TextContent, StringComparison.Ordinal);
        Assert.Equal(direct, await pages.Browser.GetByteArrayAsync(row.QuerySelector("a[download]")!.GetAttribute("href")));
        var dialog = await pages.GetAsync($"/datasets/{dataset.Id}/export?section_ids={easy}&show=csv");
        var form = dialog.QuerySelector("#export-download form")!;
        using var started = await pages.PostAsync(
            "/exports?handler=dataset", [.. form.QuerySelectorAll("input").Select(input => (input.GetAttribute("name")!, input.GetAttribute("value")!))]);
        Assert.Contains("version 2; sections Easy", (await ReadyAsync(pages, started.Headers.Location!.ToString().Split('#')[1])).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_exports_are_made_by_a_job_unless_somebody_wants_otherwise()
    {
        await using var own = await TestApp.StartAsync(new Dictionary<string, string> { ["Limits:DirectExportRecords"] = "2" });
        using var pages = await SessionPages.OpenAsync(own);
        await pages.PushAsync(SessionPages.Session("One", ready: true, status: "golden"), SessionPages.Session("Two", ready: true));

        var large = await pages.GetAsync("/evals/export");
        var small = await pages.GetAsync("/evals/export?status=golden");

        Assert.Equal("Make in the background", large.QuerySelector("button.btn-primary[form=export-form]")!.TextContent.Trim());
        Assert.Equal("Download", small.QuerySelector("button.btn-primary[form=export-form]")!.TextContent.Trim());
    }

    /// <summary>The row of an export when its job is over, as the page fetches it.</summary>
    private static async Task<AngleSharp.Dom.IElement> ReadyAsync(SessionPages pages, string export)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var row = (await pages.GetAsync("/exports")).GetElementById(export)!;
            if (row.GetAttribute("data-export-state") is "ready" or "failed")
            {
                Assert.Equal("ready", row.GetAttribute("data-export-state"));
                return row;
            }

            using var poll = await pages.Browser.GetAsync(row.GetAttribute("hx-get"), patience.Token);
            Assert.Equal(HttpStatusCode.OK, poll.StatusCode);
            await Task.Delay(50, patience.Token);
        }
    }
}
