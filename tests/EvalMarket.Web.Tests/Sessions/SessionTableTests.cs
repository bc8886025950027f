using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

public sealed class SessionTableTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task Columns_are_chosen_and_ordered_by_each_person_and_kept()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("One"));

        using var chosen = await pages.PostAsync("/sessions?source=codex&handler=columns", ("show", "created"), ("show", "author"), ("show", "nonsense"), ("move", "author:up"));

        Assert.Equal(HttpStatusCode.Redirect, chosen.StatusCode);
        Assert.Equal($"/w/{pages.Slug}/sessions?source=codex", chosen.Headers.Location!.OriginalString);
        Assert.Equal(["Session", "Author", "Created"], Heads(await pages.GetAsync("/sessions")));
        Assert.DoesNotContain("Author", Heads(await pages.GetAsync("/evals")));
        Assert.Equal(["author", "created"], (await pages.GetAsync("/sessions")).QuerySelectorAll("#columns input:checked").Select(box => box.GetAttribute("value")));
        using var reset = await pages.PostAsync("/sessions?handler=columns", ("show", "author"), ("reset", "true"));
        Assert.Contains("Tokens", Heads(await pages.GetAsync("/sessions")));
    }

    [Fact]
    public async Task An_address_that_names_columns_comes_before_what_the_person_chose()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("One"));
        using var chosen = await pages.PostAsync("/sessions?handler=columns", ("show", "author"));

        Assert.Equal(["Session", "Cost", "Label"], Heads(await pages.GetAsync("/sessions?columns=cost.label")));
        using var more = await pages.PostAsync("/sessions?columns=cost.label&handler=columns", ("show", "cost"));
        Assert.Equal($"/w/{pages.Slug}/sessions?columns=cost", more.Headers.Location!.OriginalString);
        Assert.Equal(["Session", "Author"], Heads(await pages.GetAsync("/sessions")));
    }

    [Fact]
    public async Task A_time_is_one_chip_in_words_and_goes_as_one()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("One", new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)), SessionPages.Session("Two", new DateTimeOffset(2026, 3, 9, 0, 0, 0, TimeSpan.Zero)));

        var page = await pages.GetAsync("/sessions?from=2026-03-01&to=2026-03-05&source=codex&sort=title");

        Assert.Equal(["One"], SessionPages.Titles(page));
        Assert.Equal(["Source Codex CLI", "Created 1 Mar 2026 to 5 Mar 2026"], page.QuerySelectorAll(".chip > span").Select(chip => chip.TextContent));
        Assert.Equal($"/w/{pages.Slug}/sessions?source=codex&sort=title", page.QuerySelector(".chip a[aria-label*=Created]")!.GetAttribute("href"));
        Assert.Equal($"/w/{pages.Slug}/sessions?sort=title", page.QuerySelector(".chips > a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Facets_count_when_they_open_find_what_is_typed_and_keep_what_is_chosen()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("One", source: "alpha"), SessionPages.Session("Two", source: "alpha"), SessionPages.Session("Three", source: "beta"), SessionPages.Session("Four", source: "Gamma"));

        var closed = await pages.GetAsync("/sessions?source=beta");
        Assert.Equal(["beta"], closed.QuerySelectorAll("#facet-source input").Select(box => box.GetAttribute("value")));
        var open = await pages.GetAsync("/sessions?source=beta&handler=facet&name=source");
        Assert.Equal(["beta1", "alpha2", "Gamma1"], open.QuerySelectorAll("label").Select(label => label.TextContent.Trim()));
        var found = await pages.GetAsync("/sessions?source=beta&handler=facet&name=source&find=GAM");
        Assert.Equal(["beta", "Gamma"], found.QuerySelectorAll("input").Select(box => box.GetAttribute("value")));
        var all = await pages.GetAsync("/sessions?facets=all");
        Assert.Equal(3, all.QuerySelectorAll("#facet-source input").Length);
        using var unknown = await pages.Browser.GetAsync($"/w/{pages.Slug}/sessions?handler=facet&name=secret");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task What_a_search_found_is_marked_in_titles_and_texts_and_stays_text()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(
            SessionPages.Session("Rebuild <b>zebra</b> & Zebras", question: "Nothing"),
            SessionPages.Session("In the question", question: "Where does <script>zebra</script> come from?"),
            SessionPages.Session("In the answer", question: "What is striped?", answer: "A zebra, of course."));

        var page = await pages.GetAsync("/sessions?q=zebra");

        Assert.Equal(3, SessionPages.Titles(page).Count);
        var title = page.QuerySelectorAll(".row-link").Single(link => link.TextContent.StartsWith("Rebuild", StringComparison.Ordinal));
        Assert.Equal("Rebuild <b>zebra</b> & Zebras", title.TextContent);
        Assert.Equal(["zebra", "Zebra"], title.QuerySelectorAll("mark").Select(mark => mark.TextContent));
        Assert.Null(title.QuerySelector("b"));
        Assert.Null(page.QuerySelector("tbody script"));
        Assert.Equal(
            ["A zebra, of course.", "Where does <script>zebra</script> come from?"],
            page.QuerySelectorAll(".row-snippet").Select(snippet => snippet.TextContent).Order(StringComparer.Ordinal));
        Assert.All(page.QuerySelectorAll(".row-snippet"), snippet => Assert.Equal("zebra", Assert.Single(snippet.QuerySelectorAll("mark")).TextContent));
    }

    [Fact]
    public async Task Nothing_found_names_the_filters_and_offers_to_clear_them()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("One"));

        var page = await pages.GetAsync("/sessions?q=one&status=golden&sort=title");

        var empty = page.QuerySelector(".empty")!;
        Assert.Contains("Words one, Label Golden", empty.TextContent, StringComparison.Ordinal);
        Assert.Equal(
            [$"/w/{pages.Slug}/sessions?sort=title", $"/w/{pages.Slug}/sessions?q=one&sort=title"],
            empty.QuerySelectorAll("a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task An_answer_to_htmx_brings_what_stands_outside_of_the_list_up_to_date()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("One"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/w/{pages.Slug}/sessions?source=codex&sort=cost") { Headers = { { "HX-Request", "true" } } };

        using var answer = await pages.Browser.SendAsync(request);

        var fragment = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
        Assert.Equal("cost", fragment.QuerySelector("#list-state[hx-swap-oob] input[name=sort]")!.GetAttribute("value"));
        Assert.Equal("1", fragment.QuerySelector("#on-source")!.TextContent);
        Assert.NotNull(fragment.QuerySelector("#views[hx-swap-oob]"));
        Assert.Contains("source=codex", fragment.QuerySelector("#columns-form")!.GetAttribute("action"), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Heads(IHtmlDocument page) => [.. page.QuerySelectorAll("thead th").Skip(1).Select(head => head.TextContent.Trim())];
}
