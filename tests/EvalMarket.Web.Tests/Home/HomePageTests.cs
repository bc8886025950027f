using System.Net;
using AngleSharp.Html.Parser;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Sessions;

namespace EvalMarket.Web.Tests.Home;

public sealed class HomePageTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task An_empty_workspace_offers_three_ways_to_begin()
    {
        using var pages = await SessionPages.OpenAsync(app);

        var page = await pages.GetAsync("");

        Assert.Equal(3, page.QuerySelectorAll(".next > .card").Length);
        Assert.Contains("/api/sessions/import", page.QuerySelector("figure.code")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_workspace_is_made_once_and_is_ones_own()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var others = await SessionPages.OpenAsync(app);

        using var first = await pages.PostAsync("?handler=sample");
        using var again = await pages.PostAsync("?handler=sample");
        using var elsewhere = await others.PostAsync("?handler=sample");

        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.NotEqual(first.Headers.Location, elsewhere.Headers.Location);
        var sample = new HtmlParser().ParseDocument(await pages.Browser.GetStringAsync(first.Headers.Location));
        Assert.NotEmpty(sample.QuerySelectorAll(".row-link"));
        using var foreign = await others.Browser.GetAsync(first.Headers.Location);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
    }

    [Fact]
    public async Task A_workspace_with_sessions_shows_its_labels_and_what_waits()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("Waits", ready: true, status: "needs_review"), SessionPages.Session("Done", ready: true, status: "golden"));

        var page = await pages.GetAsync("");

        Assert.Equal(2, SessionPages.Titles(page).Count);
        Assert.Contains(ids[0], page.QuerySelector("a.btn-primary")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("1 golden", page.QuerySelector(".status-summary")!.TextContent, StringComparison.Ordinal);
    }
}
