using System.Net;
using System.Text.Json;
using AngleSharp.Html.Dom;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

public sealed class SessionOrderTests(TestApp app) : IClassFixture<TestApp>
{
    private const int Count = 120;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_order_shows_each_session_once_forwards_and_backwards_with_equals_and_missing_values_in_place()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync([.. Enumerable.Range(0, Count).Select(Mixed)]);
        var sessions = await AllAsync(pages, "?limit=1000");

        foreach (var (sort, key) in Keys())
        {
            foreach (var isDown in new[] { true, false })
            {
                var name = $"{(isDown ? "-" : "")}{sort}";
                var expected = Expected(sessions, key, isDown);
                Assert.Equal(expected, (await AllAsync(pages, $"?sort={name}&limit=7")).Select(Id));
                Assert.Equal(expected, await ThereAndBackAsync(pages, $"/sessions?sort={name}"));
            }
        }
    }

    [Fact]
    public async Task Heads_of_columns_say_the_order_and_lead_to_the_other_one()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("Beta", Start), SessionPages.Session("alpha", Start.AddDays(1)), SessionPages.Session("Gamma", Start.AddDays(2)));

        var page = await pages.GetAsync("/sessions?source=codex");
        Assert.Equal("descending", page.QuerySelector("th[aria-sort]")!.GetAttribute("aria-sort"));
        Assert.Single(page.QuerySelectorAll("th[aria-sort]"));
        var byTitle = await FollowAsync(pages, page, "th.c-title a");

        Assert.Equal(["alpha", "Beta", "Gamma"], SessionPages.Titles(byTitle));
        Assert.Equal("ascending", byTitle.QuerySelector("th.c-title")!.GetAttribute("aria-sort"));
        Assert.Equal("title", byTitle.QuerySelector("form[role=search] input[name=sort]")!.GetAttribute("value"));
        Assert.Equal(["Gamma", "Beta", "alpha"], SessionPages.Titles(await FollowAsync(pages, byTitle, "th.c-title a")));
    }

    [Fact]
    public async Task Previous_and_next_of_a_session_follow_the_order_of_its_list()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("B", Start), SessionPages.Session("C", Start.AddDays(1)), SessionPages.Session("A", Start.AddDays(2)));
        var list = await pages.GetAsync("/sessions?sort=title");

        var beside = await pages.GetAsync(Path(pages, ((IHtmlAnchorElement)list.QuerySelectorAll(".row-link")[1]).GetAttribute("href")!));
        Assert.Contains("C", (await FollowAsync(pages, beside, "#peek-older")).QuerySelector("#peek h2")!.TextContent, StringComparison.Ordinal);
        var second = await FollowAsync(pages, beside, "#peek [data-key=o]");

        Assert.Contains("A", (await FollowAsync(pages, second, "a[rel=prev]")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("C", (await FollowAsync(pages, second, "a[rel=next]")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?sort=size")]
    [InlineData("?sort=-created&sort=cost")]
    [InlineData("?sort=cost&cursor={created}")]
    [InlineData("?sort=created&cursor={created}")]
    public async Task The_api_refuses_an_order_that_is_none_and_a_cursor_of_another_order(string query)
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("One"), SessionPages.Session("Two"));
        var first = await ReadAsync(pages, "?limit=1");

        using var answer = await pages.Program.GetAsync($"/api/sessions{query.Replace("{created}", first.GetProperty("next_cursor").GetString(), StringComparison.Ordinal)}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static object Mixed(int number) => new
    {
        external_id = $"mixed-{number}-{Guid.CreateVersion7()}",
        title = $"{(number % 2 == 0 ? "Title" : "title")} {number % 9}",
        source = "codex",
        created_at = Start.AddMinutes(number % 11),
        updated_at = Start.AddDays(1).AddMinutes(number % 5),
        prompt_tokens = number % 3 == 0 ? null : (long?)(number % 4),
        completion_tokens = number % 6 == 0 ? null : (long?)1,
        cost = number % 5 == 0 ? null : (decimal?)(number % 7) / 100,
        reviewed_at = number % 4 == 0 ? (DateTimeOffset?)Start.AddHours(number % 3) : null,
        eval_ready = number % 2 == 0,
        messages = Enumerable.Range(0, 1 + (number % 3)).SelectMany(turn => new[] { new { role = "user", content = $"Why {turn}?" }, new { role = "assistant", content = "Because." } }),
    };

    private static IEnumerable<(string Sort, Func<JsonElement, IComparable?> Key)> Keys()
    {
        yield return ("created", session => session.GetProperty("created_at").GetDateTimeOffset());
        yield return ("updated", session => session.GetProperty("updated_at").GetDateTimeOffset());
        yield return ("reviewed", session => session.GetProperty("reviewed_at") is { ValueKind: JsonValueKind.String } time ? time.GetDateTimeOffset() : null);
        yield return ("title", session => session.GetProperty("title").GetString()!.ToLowerInvariant());
        yield return ("turns", session => session.GetProperty("message_count").GetInt32());
        yield return ("cost", session => session.GetProperty("cost") is { ValueKind: JsonValueKind.Number } cost ? cost.GetDecimal() : null);
        yield return ("tokens", session => (Number(session, "prompt_tokens"), Number(session, "completion_tokens")) is (null, null) ? null
            : (Number(session, "prompt_tokens") ?? 0) + (Number(session, "completion_tokens") ?? 0));
    }

    private static long? Number(JsonElement session, string name) => session.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;

    private static IReadOnlyList<string> Expected(IReadOnlyList<JsonElement> sessions, Func<JsonElement, IComparable?> key, bool isDown)
    {
        var withValue = sessions.Where(session => key(session) is not null);
        var without = sessions.Where(session => key(session) is null);
        return isDown
            ? [.. withValue.OrderByDescending(key).ThenByDescending(Id, StringComparer.Ordinal).Select(Id), .. without.Select(Id).OrderDescending(StringComparer.Ordinal)]
            : [.. withValue.OrderBy(key).ThenBy(Id, StringComparer.Ordinal).Select(Id), .. without.Select(Id).Order(StringComparer.Ordinal)];
    }

    private static string Id(JsonElement session) => session.GetProperty("id").GetString()!;

    private static async Task<IReadOnlyList<JsonElement>> AllAsync(SessionPages pages, string query)
    {
        var all = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await ReadAsync(pages, cursor is null ? query : $"{query}&cursor={cursor}");
            all.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        return all;
    }

    private static async Task<JsonElement> ReadAsync(SessionPages pages, string query)
    {
        using var answer = await pages.Program.GetAsync($"/api/sessions{query}");
        answer.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.Clone();
    }

    /// <summary>Goes to the last page and back to the first, which have to show the same; the ids in order.</summary>
    private static async Task<IReadOnlyList<string>> ThereAndBackAsync(SessionPages pages, string path)
    {
        var forwards = new List<IReadOnlyList<string>>();
        var page = await pages.GetAsync(path);
        while (true)
        {
            forwards.Add(Ids(page));
            if (page.QuerySelector("a[rel=next]") is null)
                break;
            page = await FollowAsync(pages, page, "a[rel=next]");
        }

        for (var index = forwards.Count - 2; index >= 0; index--)
        {
            page = await FollowAsync(pages, page, "a[rel=prev]");
            Assert.Equal(forwards[index], Ids(page));
        }

        Assert.Null(page.QuerySelector("a[rel=prev]"));
        return [.. forwards.SelectMany(ids => ids)];
    }

    private static IReadOnlyList<string> Ids(IHtmlDocument page) => [.. page.QuerySelectorAll("tbody tr[data-row]").Select(row => row.GetAttribute("data-row")!)];

    private static Task<IHtmlDocument> FollowAsync(SessionPages pages, IHtmlDocument page, string link) =>
        pages.GetAsync(Path(pages, page.QuerySelector(link)!.GetAttribute("href")!));

    private static string Path(SessionPages pages, string href) => href[$"/w/{pages.Slug}".Length..];
}
