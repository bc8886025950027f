using System.Net.Http.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Sessions;

namespace EvalMarket.Web.Tests.Dashboard;

public sealed class DashboardTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task Says_what_to_do_when_there_is_nothing()
    {
        using var pages = await SessionPages.OpenAsync(app);

        var page = await pages.GetAsync("/dashboard");

        Assert.Contains("Nothing to count yet", page.QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.QuerySelector("svg.chart"));
    }

    [Fact]
    public async Task Counts_sessions_by_week_and_label_with_the_weeks_in_which_nothing_came()
    {
        using var pages = await FilledAsync();

        var page = await pages.GetAsync("/dashboard");

        // 2 March 2026 is a Monday; a session of Sunday, 23:59:59 UTC belongs to the week before.
        Assert.Equal(
            [
                "23 Feb to 1 Mar 2026|1|0|0|0|1|2",
                "2 Mar to 8 Mar 2026|1|0|1|0|0|2",
                "9 Mar to 15 Mar 2026|0|0|0|0|0|0",
                "16 Mar to 22 Mar 2026|0|0|0|1|0|1",
            ],
            Table(page, "#created-h"));
        Assert.Equal(4, Panel(page, "#created-h").QuerySelectorAll("svg[role=img] text.tick").Length);
        Assert.Contains("5 sessions", Panel(page, "#created-h").QuerySelector("svg[role=img]")!.GetAttribute("aria-label"), StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("[style]"));
    }

    [Fact]
    public async Task Every_number_leads_to_its_sessions()
    {
        using var pages = await FilledAsync();
        var page = await pages.GetAsync("/dashboard");

        var golden = Panel(page, "#created-h").QuerySelector("tbody tr:nth-child(2) td:nth-child(2) a")!;
        var sessions = await pages.GetAsync(golden.GetAttribute("href")![$"/w/{pages.Slug}".Length..]);
        Assert.Equal(["Monday"], SessionPages.Titles(sessions));

        foreach (var link in page.QuerySelectorAll("#content .dashboard tbody tr, #by-model-h ~ table tbody tr").Where(row => row.QuerySelector("th a") is not null && row.QuerySelector("th a")!.GetAttribute("href")!.Contains("/sessions", StringComparison.Ordinal)))
        {
            var numbers = link.QuerySelectorAll("td.num");
            var count = numbers[numbers.Length - 1].TextContent;
            var list = await pages.GetAsync(link.QuerySelector("th a")!.GetAttribute("href")![$"/w/{pages.Slug}".Length..]);
            Assert.StartsWith($"{count} session", list.QuerySelector(".result-count")!.TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_period_narrows_what_is_counted_and_stays_in_the_links()
    {
        using var pages = await FilledAsync();

        var page = await pages.GetAsync("/dashboard?from=2026-03-03&to=2026-03-16");

        Assert.Equal("2", page.QuerySelector(".figures dd")!.FirstChild!.TextContent);
        Assert.Equal(["3 Mar to 8 Mar 2026|0|0|1|0|0|1", "9 Mar to 15 Mar 2026|0|0|0|0|0|0", "16 Mar to 16 Mar 2026|0|0|0|1|0|1"], Table(page, "#created-h"));
        Assert.Contains("from=2026-03-03&to=2026-03-16", ((IHtmlAnchorElement)page.QuerySelector("#by-model-h")!.Closest("section")!.QuerySelector("tbody a")!).GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("No session was created then", (await pages.GetAsync("/dashboard?from=1999-01-01&to=1999-02-01")).QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_by_model_tag_and_reviewer_and_what_was_labelled_today()
    {
        using var pages = await FilledAsync();
        using var labelled = await pages.Program.PostAsJsonAsync("/api/sessions/bulk", new { filter = new { model = "gpt-5" }, set = new { eval_status = "correct" }, add_tags = new[] { "seen" } });

        var page = await pages.GetAsync("/dashboard");

        Assert.Equal(["gpt-5|3", "no model|2"], Values(page, "#by-model-h"));
        Assert.Equal(["seen|3"], Values(page, "#by-tag-h"));
        Assert.Equal(3, int.Parse(Values(page, "#by-reviewer-h").Single().Split('|')[1]));
        // Those that came with a label count from their import on.
        Assert.Equal("5", page.QuerySelectorAll(".figures dd")[2].FirstChild!.TextContent);
        Assert.Contains("Correct, tag + seen", page.QuerySelector("#recent-h")!.Closest("section")!.TextContent, StringComparison.Ordinal);
    }

    private static IElement Panel(IHtmlDocument page, string heading) => page.QuerySelector(heading)!.Closest("section")!;

    private static List<string> Table(IHtmlDocument page, string heading) =>
        [.. Panel(page, heading).QuerySelectorAll("tbody tr").Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent.Trim())))];

    private static List<string> Values(IHtmlDocument page, string heading) =>
        [.. Panel(page, heading).QuerySelectorAll("tbody tr").Select(row => string.Join('|', row.Children.Take(2).Select(cell => cell.TextContent.Trim())))];

    private async Task<SessionPages> FilledAsync()
    {
        var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(
            Session("Early", "2026-02-23T00:00:00Z", "golden", "gpt-5"),
            Session("Sunday", "2026-03-01T23:59:59.999Z", null, "gpt-5"),
            Session("Monday", "2026-03-02T00:00:00Z", "golden", null),
            Session("Sunday again", "2026-03-08T12:00:00Z", "incorrect", null),
            Session("Late", "2026-03-16T01:00:00+01:00", "needs_review", "gpt-5"));
        return pages;
    }

    private static object Session(string title, string at, string? status, string? model) => new
    {
        external_id = title,
        title,
        model,
        created_at = at,
        eval_status = status,
        messages = new[] { new { role = "user", content = "q" }, new { role = "assistant", content = "a" } },
    };
}
