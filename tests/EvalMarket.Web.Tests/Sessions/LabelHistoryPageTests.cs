using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

public sealed class LabelHistoryPageTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task A_session_tells_who_changed_which_label_from_what_to_what()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("One"), SessionPages.Session("Two"));
        await BulkAsync(pages, new { ids, set = new { eval_ready = true }, add_tags = new[] { "first" } });
        await BulkAsync(pages, new { ids = ids.Take(1), set = new { eval_status = "golden", eval_notes = "<b>good</b>" } });

        var page = await pages.GetAsync($"/sessions/{ids[0]}/history");

        var entries = page.QuerySelectorAll(".history > li");
        Assert.Equal(2, entries.Length);
        Assert.Equal(["pill pill-needs-review", "pill pill-golden"], entries[0].QuerySelectorAll(".pill").Select(pill => pill.ClassName));
        Assert.Equal("<b>good</b>", entries[0].QuerySelector("ins")!.TextContent);
        Assert.Contains("one of 2 sessions", entries[1].TextContent, StringComparison.Ordinal);
        Assert.Equal("+ first", entries[1].QuerySelector("ins.tag")!.TextContent);
        Assert.NotNull((await pages.GetAsync($"/sessions/{ids[0]}")).QuerySelector($"a[href='/w/{pages.Slug}/sessions/{ids[0]}/history']"));
    }

    [Fact]
    public async Task Htmx_gets_the_list_alone_in_pages_of_twenty()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("One"));
        foreach (var number in Enumerable.Range(0, 25))
            await BulkAsync(pages, new { ids, set = new { eval_notes = $"note {number}" } });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/w/{pages.Slug}/sessions/{ids[0]}/history") { Headers = { { "HX-Request", "true" } } };

        using var answer = await pages.Browser.SendAsync(request);

        var html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<html", html, StringComparison.Ordinal);
        var first = await new HtmlParser().ParseDocumentAsync(html);
        Assert.Equal(20, first.QuerySelectorAll(".history > li").Length);
        var older = await pages.GetAsync(first.QuerySelector(".history-more a")!.GetAttribute("href")![$"/w/{pages.Slug}".Length..]);
        Assert.Equal(5, older.QuerySelectorAll(".history > li").Length);
        Assert.Equal("note 4", older.QuerySelector(".history ins")!.TextContent);
    }

    [Fact]
    public async Task A_change_of_the_list_is_taken_back_and_brought_again_by_the_buttons_of_its_messages()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync([.. Enumerable.Range(0, 120).Select(number => SessionPages.Session($"Number {number}"))]);
        using var labelled = await pages.PostAsync("/sessions?handler=bulk", ("action", "golden"), ("all_matching", "true"));

        var page = await UndoAsync(pages, await pages.GetAsync("/sessions"));
        Assert.Contains("Undone for 120 sessions", page.QuerySelector(".toast")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("0 sessions", (await pages.GetAsync("/sessions?status=golden")).QuerySelector(".result-count")!.TextContent, StringComparison.Ordinal);

        page = await UndoAsync(pages, page);
        Assert.Contains("120 sessions", (await pages.GetAsync("/sessions?status=golden")).QuerySelector(".result-count")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_else_changed_since_is_counted_and_stays()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("One"), SessionPages.Session("Two"), SessionPages.Session("Three"));
        using var labelled = await pages.PostAsync("/sessions?handler=bulk", ("action", "golden"), ("all_matching", "true"));
        await BulkAsync(pages, new { ids = ids.Take(1), set = new { eval_status = "incorrect" } });

        using var undone = await pages.PostAsync("/changes/1");

        Assert.Equal(HttpStatusCode.Redirect, undone.StatusCode);
        var toast = string.Join(' ', (await pages.GetAsync("/changes/1")).QuerySelectorAll(".toast").Select(message => message.TextContent));
        Assert.Contains("Undone for 2 sessions", toast, StringComparison.Ordinal);
        Assert.Contains("1 was changed by somebody else since and stays", toast, StringComparison.Ordinal);
        Assert.Equal("incorrect", (await pages.SessionAsync(ids[0])).GetProperty("eval_status").GetString());
        Assert.Equal(JsonValueKind.Null, (await pages.SessionAsync(ids[1])).GetProperty("eval_status").ValueKind);
    }

    [Fact]
    public async Task A_viewer_sees_the_history_and_can_take_nothing_back()
    {
        using var pages = await SessionPages.OpenAsync(app, WorkspaceRole.Viewer);
        var ids = await pages.PushAsync(SessionPages.Session("One"));
        await BulkAsync(pages, new { ids, set = new { eval_status = "golden" } });

        var page = await pages.GetAsync($"/sessions/{ids[0]}/history");
        using var undone = await pages.PostAsync("/changes/1");
        using var fromList = await pages.PostAsync("/sessions?handler=undo", ("change", "1"));

        Assert.Single(page.QuerySelectorAll(".history > li"));
        Assert.Null(page.QuerySelector(".history button"));
        Assert.Equal(HttpStatusCode.Forbidden, undone.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, fromList.StatusCode);
        Assert.Equal("golden", (await pages.SessionAsync(ids[0])).GetProperty("eval_status").GetString());
    }

    [Fact]
    public async Task The_list_of_changes_can_be_narrowed_to_a_person_and_a_period()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("One"));
        await BulkAsync(pages, new { ids, set = new { eval_status = "golden" } });

        Assert.Contains("Golden", (await pages.GetAsync("/changes")).QuerySelector("tbody .row-link")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await pages.GetAsync("/changes?by=nobody")).QuerySelector(".empty"));
        Assert.NotNull((await pages.GetAsync("/changes?to=1999-01-01")).QuerySelector(".empty"));
    }

    [Fact]
    public async Task The_api_gives_the_history_in_pages_and_takes_changes_back()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("One"));
        await BulkAsync(pages, new { ids, set = new { eval_ready = true } });
        await BulkAsync(pages, new { ids, set = new { eval_notes = "n" }, add_tags = new[] { "t" } });

        var first = await pages.Program.GetFromJsonAsync<JsonElement>($"/api/sessions/{ids[0]}/history?limit=1");
        var item = first.GetProperty("items")[0];
        Assert.Equal(2, item.GetProperty("change").GetInt64());
        Assert.Equal(["eval_notes", "eval_tags"], item.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("field").GetString()));
        Assert.Equal("""{"field":"eval_notes","before":null,"after":"n"}""", item.GetProperty("fields")[0].GetRawText());
        var second = await pages.Program.GetFromJsonAsync<JsonElement>($"/api/sessions/{ids[0]}/history?limit=1&cursor={first.GetProperty("next_cursor").GetString()}");
        Assert.Equal("""{"field":"eval_status","before":null,"after":"needs_review"}""", second.GetProperty("items")[0].GetProperty("fields")[1].GetRawText());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);

        using var undone = await pages.Program.PostAsync("/api/changes/2/undo", null);
        Assert.Equal("""{"restored":1,"kept":0,"change":3}""", await undone.Content.ReadAsStringAsync());
        using var never = await pages.Program.PostAsync("/api/changes/99/undo", null);
        Assert.Equal(HttpStatusCode.NotFound, never.StatusCode);
        using var strange = await pages.Program.GetAsync($"/api/sessions/{ids[0]}/history?cursor=abc");
        Assert.Equal(HttpStatusCode.BadRequest, strange.StatusCode);
    }

    private static async Task BulkAsync(SessionPages pages, object body)
    {
        using var answer = await pages.Program.PostAsJsonAsync("/api/sessions/bulk", body);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<IHtmlDocument> UndoAsync(SessionPages pages, IHtmlDocument page)
    {
        var form = (IHtmlFormElement)page.QuerySelector(".toast form")!;
        using var undone = await pages.Browser.PostAsync(form.GetAttribute("action"), new FormUrlEncodedContent(
            form.QuerySelectorAll("input").OfType<IHtmlInputElement>().Select(input => KeyValuePair.Create(input.Name!, input.Value))));
        Assert.Equal(HttpStatusCode.Redirect, undone.StatusCode);
        return await pages.GetAsync("/sessions");
    }
}
