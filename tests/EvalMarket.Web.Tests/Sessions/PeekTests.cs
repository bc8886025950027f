using System.Globalization;
using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

public sealed class PeekTests(TestApp app) : IClassFixture<TestApp>
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_address_of_a_session_beside_its_list_shows_both_and_leads_on_within_the_filter()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(
            SessionPages.Session("Old", At, ready: true), SessionPages.Session("Between", At.AddHours(1), source: "other", ready: true), SessionPages.Session("New", At.AddHours(2), ready: true));

        var page = await pages.GetAsync($"/evals?source=codex&peek={ids[2]}");

        Assert.Equal(["New", "Old"], SessionPages.Titles(page));
        var peek = page.QuerySelector("aside#peek")!;
        Assert.Equal("New", peek.QuerySelector("h2")!.TextContent);
        Assert.Contains("Because.", peek.QuerySelector(".transcript")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Session 1 of 2", peek.GetAttribute("aria-label"));
        Assert.Null(peek.QuerySelector("a[rel=prev]"));
        Assert.Equal($"/w/{pages.Slug}/evals?source=codex&peek={ids[0]}", peek.QuerySelector("a[rel=next]")!.GetAttribute("href"));
        Assert.Equal($"/w/{pages.Slug}/evals?source=codex", peek.QuerySelector("a[data-peek-close]")!.GetAttribute("href"));
        Assert.Equal($"/w/{pages.Slug}/sessions/{ids[2]}?in=evals&source=codex", peek.QuerySelector("a[data-key=o]")!.GetAttribute("href"));
    }

    [Fact]
    public async Task A_later_page_of_the_list_stays_when_a_session_opens_and_closes()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync([.. Enumerable.Range(0, 60).Select(number => SessionPages.Session($"Number {number}", At.AddMinutes(number)))]);
        var second = (await pages.GetAsync("/sessions")).QuerySelector(".pager a[rel=next]")!.GetAttribute("href")!;

        var page = await pages.GetAsync(second[$"/w/{pages.Slug}".Length..]);
        var opened = await pages.GetAsync(page.QuerySelector(".row-link")!.GetAttribute("href")![$"/w/{pages.Slug}".Length..]);

        Assert.Equal(10, SessionPages.Titles(page).Count);
        Assert.Equal(SessionPages.Titles(page), SessionPages.Titles(opened));
        Assert.Equal(second, opened.QuerySelector("a[data-peek-close]")!.GetAttribute("href"));
        Assert.Equal("51 of 60", opened.QuerySelector(".peek .position")!.TextContent);
    }

    [Fact]
    public async Task A_bulk_change_leaves_the_page_of_the_list_where_it_was()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync([.. Enumerable.Range(0, 60).Select(number => SessionPages.Session($"Number {number}", At.AddMinutes(number)))]);
        var second = (await pages.GetAsync("/sessions")).QuerySelector(".pager a[rel=next]")!.GetAttribute("href")![$"/w/{pages.Slug}".Length..];
        var page = await pages.GetAsync(second);
        var form = page.QuerySelector("form[data-select]")!.GetAttribute("action")![$"/w/{pages.Slug}".Length..];

        using var answer = await pages.PostAsync(form, ("action", "golden"), ("ids", page.QuerySelector("[data-row]")!.GetAttribute("data-row")!));

        Assert.Equal($"/w/{pages.Slug}{second}", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Htmx_gets_the_panel_alone_and_everybody_else_the_list_with_it()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var id = (await pages.PushAsync(SessionPages.Session("One")))[0];

        using var part = await AskAsync(pages, $"/sessions/{id}/peek?source=codex");
        using var plain = await pages.Browser.GetAsync($"/w/{pages.Slug}/sessions/{id}/peek?source=codex");

        var text = await part.Content.ReadAsStringAsync();
        Assert.StartsWith("<aside class=\"peek\" id=\"peek\"", text.TrimStart(), StringComparison.Ordinal);
        Assert.Equal($"/w/{pages.Slug}/sessions?source=codex&peek={id}", plain.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_long_session_is_shown_by_its_beginning()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var messages = Enumerable.Range(0, 900).Select(number => new { role = number % 2 == 0 ? "user" : "assistant", content = string.Create(CultureInfo.InvariantCulture, $"Message number {number:0000}.") });
        var id = (await pages.PushAsync(new { title = "Long", messages }))[0];

        var page = await pages.GetAsync($"/sessions?peek={id}");

        var words = page.QuerySelector(".peek .transcript")!.TextContent;
        Assert.Contains("Message number 0000.", words, StringComparison.Ordinal);
        Assert.DoesNotContain("Message number 0450.", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_not_yours_is_not_beside_your_list()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var others = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("Mine"));
        var foreign = (await others.PushAsync(SessionPages.Session("Theirs")))[0];

        var page = await pages.GetAsync($"/sessions?peek={foreign}");
        using var part = await AskAsync(pages, $"/sessions/{foreign}/peek");
        using var labels = await pages.PostAsync($"/sessions/{foreign}/labels", ("Form.Do", "golden"));

        Assert.Null(page.QuerySelector("[data-peek]"));
        Assert.DoesNotContain("Theirs", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, part.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, labels.StatusCode);
    }

    [Fact]
    public async Task Next_unlabelled_goes_through_the_list_in_its_order_and_begins_again_after_its_end()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(
            SessionPages.Session("Oldest, open", At),
            SessionPages.Session("Old, to review", At.AddHours(1), status: "needs_review"),
            SessionPages.Session("Done", At.AddHours(2), status: "golden"),
            SessionPages.Session("Elsewhere, open", At.AddHours(3), source: "other"),
            SessionPages.Session("Newest, open", At.AddHours(4)));

        Assert.Equal(ids[4], await NextAsync(pages, null));
        Assert.Equal(ids[1], await NextAsync(pages, ids[4]));
        Assert.Equal(ids[1], await NextAsync(pages, ids[2]));
        Assert.Equal(ids[0], await NextAsync(pages, ids[1]));
        Assert.Equal(ids[4], await NextAsync(pages, ids[0]));

        foreach (var id in new[] { ids[0], ids[1], ids[4] })
        {
            using var labelled = await pages.PostAsync($"/sessions/{id}/labels", ("Form.Do", "correct"));
        }

        using var nothing = await AskAsync(pages, $"/sessions/unlabelled?source=codex&panel=true&after={ids[4]}");
        Assert.Contains("Everything in this list is labelled", Assert.Single(nothing.Headers.GetValues("HX-Trigger")), StringComparison.Ordinal);
        Assert.Equal("none", Assert.Single(nothing.Headers.GetValues("HX-Reswap")));
    }

    [Fact]
    public async Task The_progress_of_a_queue_counts_all_labels_of_the_list_whichever_it_is_narrowed_to()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(
            SessionPages.Session("A", At, status: "needs_review"), SessionPages.Session("B", At.AddHours(1), status: "golden"),
            SessionPages.Session("C", At.AddHours(2), status: "needs_review"), SessionPages.Session("D", At.AddHours(3), source: "other", status: "golden"));

        var page = await pages.GetAsync($"/sessions?source=codex&status=needs_review&peek={ids[0]}");

        Assert.Equal("1 of 3 labelled", page.QuerySelector("#label-queue .num")!.TextContent);
        Assert.Equal("2 of 2", page.QuerySelector(".peek .position")!.TextContent);
    }

    [Fact]
    public async Task A_viewer_reads_beside_the_list_and_has_nothing_to_press()
    {
        using var pages = await SessionPages.OpenAsync(app, WorkspaceRole.Viewer);
        var id = (await pages.PushAsync(SessionPages.Session("Read only", status: "golden")))[0];

        var page = await pages.GetAsync($"/sessions?peek={id}");

        Assert.Contains("Golden", page.QuerySelector(".peek #labels")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll(".peek form, .peek [data-key='1']"));
    }

    private static async Task<string> NextAsync(SessionPages pages, string? after)
    {
        using var answer = await AskAsync(pages, $"/sessions/unlabelled?source=codex&panel=true{(after is null ? null : $"&after={after}")}");
        answer.EnsureSuccessStatusCode();
        IHtmlDocument part = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
        var id = part.QuerySelector("[data-peek]")!.GetAttribute("data-peek")!;
        Assert.Equal($"/w/{pages.Slug}/sessions?source=codex&peek={id}", Assert.Single(answer.Headers.GetValues("HX-Push-Url")));
        return id;
    }

    private static async Task<HttpResponseMessage> AskAsync(SessionPages pages, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/w/{pages.Slug}{path}");
        request.Headers.Add("HX-Request", "true");
        return await pages.Browser.SendAsync(request);
    }
}
