using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

public sealed class SessionListTests(TestApp app) : IClassFixture<TestApp>
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Shows_the_way_in_when_there_is_nothing_and_the_way_back_when_nothing_matches()
    {
        using var pages = await SessionPages.OpenAsync(app);
        Assert.Contains("No sessions yet", (await pages.GetAsync("/sessions")).QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        await pages.PushAsync(SessionPages.Session("Anything"));

        var page = await pages.GetAsync("/sessions?source=nobody");

        Assert.Contains("Nothing matches", page.QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        Assert.Equal($"/w/{pages.Slug}/sessions", page.QuerySelector(".empty a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Filters_by_the_address_with_chips_that_take_each_filter_away()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(
            SessionPages.Session("Golden one", ready: true, status: "golden"),
            SessionPages.Session("Wrong one", ready: true, status: "incorrect"),
            SessionPages.Session("Another tool", source: "my-tool", ready: true, status: "golden"));

        var page = await pages.GetAsync("/evals?status=golden&source=codex&from=&q=");

        Assert.Equal(["Golden one"], SessionPages.Titles(page));
        Assert.Equal(2, page.QuerySelectorAll(".chip").Length);
        var withoutSource = ((IHtmlAnchorElement)page.QuerySelector(".chip a[aria-label*='Source']")!).GetAttribute("href");
        Assert.Equal($"/w/{pages.Slug}/evals?status=golden", withoutSource);
        var labels = await pages.GetAsync("/evals?status=golden&source=codex&handler=facet&name=status");
        Assert.Equal("1", labels.QuerySelector("input[value=incorrect] ~ .count")!.TextContent);
    }

    [Fact]
    public async Task Search_answers_with_the_list_alone_when_htmx_asks()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("About zebras"), SessionPages.Session("About lions"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/w/{pages.Slug}/sessions?q=zebra") { Headers = { { "HX-Request", "true" } } };

        using var answer = await pages.Browser.SendAsync(request);

        var html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<html", html, StringComparison.Ordinal);
        Assert.Contains("About zebras", html, StringComparison.Ordinal);
        Assert.DoesNotContain("About lions", html, StringComparison.Ordinal);
        Assert.Contains("HX-Request", answer.Headers.Vary);
    }

    [Fact]
    public async Task Pages_lead_to_older_and_back_to_newer_sessions_and_keep_the_filter()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync([.. Enumerable.Range(0, 120).Select(number => SessionPages.Session($"Number {number:000}", Start.AddMinutes(number))), SessionPages.Session("Other", source: "other")]);

        var first = await pages.GetAsync("/sessions?source=codex");
        var second = await FollowAsync(pages, first, "next");
        var third = await FollowAsync(pages, second, "next");
        var back = await FollowAsync(pages, third, "prev");

        Assert.Equal(50, SessionPages.Titles(first).Count);
        Assert.Equal("Number 119", SessionPages.Titles(first)[0]);
        Assert.Equal("Number 069", SessionPages.Titles(second)[0]);
        Assert.Equal(20, SessionPages.Titles(third).Count);
        Assert.Equal(SessionPages.Titles(second), SessionPages.Titles(back));
        Assert.Null(third.QuerySelector("a[rel=next]"));
        Assert.Contains("120 sessions", third.QuerySelector(".result-count")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ticked_sessions_are_marked_and_the_message_counts_them_and_can_be_undone()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("One"), SessionPages.Session("Two"), SessionPages.Session("Three"));

        using var answer = await pages.PostAsync("/sessions?handler=bulk", ("action", "ready"), ("ids", ids[0]), ("ids", ids[1]));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var page = await pages.GetAsync("/evals");
        Assert.Equal(2, SessionPages.Titles(page).Count);
        var toast = page.QuerySelector(".toast")!;
        Assert.Contains("2 sessions marked as eval-ready", toast.TextContent, StringComparison.Ordinal);
        var undo = (IHtmlFormElement)toast.QuerySelector("form")!;
        using var undone = await pages.Browser.PostAsync(undo.GetAttribute("action"), new FormUrlEncodedContent(
            undo.QuerySelectorAll("input").OfType<IHtmlInputElement>().Select(input => KeyValuePair.Create(input.Name!, input.Value))));
        Assert.Empty(SessionPages.Titles(await pages.GetAsync("/evals")));
    }

    [Fact]
    public async Task All_that_match_the_filter_are_changed_and_nothing_else()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync([.. Enumerable.Range(0, 60).Select(number => SessionPages.Session($"Mine {number}")), SessionPages.Session("Not mine", source: "other")]);

        using var marked = await pages.PostAsync("/sessions?source=codex&handler=bulk", ("action", "ready"), ("all_matching", "true"));
        using var labelled = await pages.PostAsync("/evals?source=codex&handler=bulk", ("action", "golden"), ("all_matching", "true"));
        using var tagged = await pages.PostAsync("/evals?source=codex&handler=bulk", ("action", "add-tag"), ("tag", "bulk"), ("all_matching", "true"));

        var page = await pages.GetAsync("/evals?status=golden&tag=bulk");
        Assert.Contains("60 sessions", page.QuerySelector(".result-count")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("61 sessions", (await pages.GetAsync("/sessions")).QuerySelector(".result-count")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_was_misread_changes_nothing()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("One"));

        using var answer = await pages.PostAsync("/sessions?from=yesterday&handler=bulk", ("action", "ready"), ("all_matching", "true"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(SessionPages.Titles(await pages.GetAsync("/evals")));
    }

    [Fact]
    public async Task Deleting_asks_with_the_number_first()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("One"), SessionPages.Session("Two"), SessionPages.Session("Three"));

        using var asked = await pages.PostAsync("/sessions?handler=confirm", ("ids", ids[0]), ("ids", ids[1]));
        var question = await new HtmlParser().ParseDocumentAsync(await asked.Content.ReadAsStringAsync());
        Assert.Equal(3, SessionPages.Titles(await pages.GetAsync("/sessions")).Count);
        Assert.Contains("Delete 2 sessions?", question.QuerySelector("#confirm-h")!.TextContent, StringComparison.Ordinal);

        using var deleted = await pages.PostAsync("/sessions?handler=delete", ("ids", ids[0]), ("ids", ids[1]));
        Assert.Equal(["Three"], SessionPages.Titles(await pages.GetAsync("/sessions")));
    }

    [Fact]
    public async Task A_viewer_sees_the_list_but_can_neither_change_nor_delete()
    {
        using var pages = await SessionPages.OpenAsync(app, WorkspaceRole.Viewer);
        var ids = await pages.PushAsync(SessionPages.Session("One", ready: true));

        var page = await pages.GetAsync("/evals");
        using var marked = await pages.PostAsync("/evals?handler=bulk", ("action", "golden"), ("ids", ids[0]));
        using var deleted = await pages.PostAsync("/evals?handler=delete", ("ids", ids[0]));

        Assert.Equal(["One"], SessionPages.Titles(page));
        Assert.Null(page.QuerySelector("button[value=golden]"));
        Assert.Equal(HttpStatusCode.Forbidden, marked.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, deleted.StatusCode);
        Assert.NotEqual("golden", (await pages.SessionAsync(ids[0])).GetProperty("eval_status").GetString());
    }

    private static async Task<IHtmlDocument> FollowAsync(SessionPages pages, IHtmlDocument page, string rel)
    {
        var href = page.QuerySelector($"a[rel={rel}]")!.GetAttribute("href")!;
        return await pages.GetAsync(href[$"/w/{pages.Slug}".Length..]);
    }
}
