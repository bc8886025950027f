using System.Net;
using System.Net.Http.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

public sealed class LabelPanelTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task A_label_brings_back_only_what_it_touches_and_says_what_was_saved()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("One"), SessionPages.Session("Two"));

        using var answer = await SendAsync(pages, $"/sessions/{ids[0]}/labels", [("Form.Do", "golden"), ("Form.Notes", "Short."), ("Form.AddTag", "money, tests")]);

        var parts = await ParseAsync(answer);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("Saved, golden", Header(answer, "HX-Trigger"), StringComparison.Ordinal);
        Assert.Null(parts.QuerySelector("textarea, form"));
        Assert.Equal("true", parts.QuerySelector("#label-golden")!.GetAttribute("aria-pressed"));
        Assert.Equal(["money", "tests"], parts.QuerySelectorAll("#label-tags .tag").Select(tag => tag.TextContent));
        Assert.Equal("1 of 2 labelled", parts.QuerySelector("#label-queue .num")!.TextContent);
        Assert.Equal("Short.", (await pages.SessionAsync(ids[0])).GetProperty("eval_notes").GetString());
    }

    [Fact]
    public async Task A_text_that_somebody_else_changed_stays_and_is_shown_when_it_was_not_touched_here()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var id = (await pages.PushAsync(SessionPages.Session("Shared")))[0];
        await ChangeAsync(pages, id, new { eval_notes = "First." });
        var seen = Fields(await pages.GetAsync($"/sessions/{id}"));
        await ChangeAsync(pages, id, new { eval_notes = "Theirs." });

        using var answer = await SendAsync(pages, $"/sessions/{id}/labels", [.. seen, ("Form.Do", "correct")]);

        var panel = await ParseAsync(answer);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("#labels", Header(answer, "HX-Retarget"));
        Assert.Equal("Theirs.", panel.QuerySelector("#notes")!.TextContent);
        var session = await pages.SessionAsync(id);
        Assert.Equal("Theirs.", session.GetProperty("eval_notes").GetString());
        Assert.Equal("correct", session.GetProperty("eval_status").GetString());
    }

    [Fact]
    public async Task Two_people_at_one_text_see_both_and_choose()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var id = (await pages.PushAsync(SessionPages.Session("Shared")))[0];
        var seen = Fields(await pages.GetAsync($"/sessions/{id}")).Where(field => field.Name != "Form.Expected").ToList();
        await ChangeAsync(pages, id, new { expected_output = "Theirs." });

        using var refused = await SendAsync(pages, $"/sessions/{id}/labels", [.. seen, ("Form.Expected", "Mine."), ("Form.Do", "save")]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var panel = await ParseAsync(refused);
        Assert.Contains("Theirs.", panel.QuerySelector(".label-conflict")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Mine.", panel.QuerySelector("#expected")!.TextContent);
        Assert.Equal("true", panel.QuerySelector("#session-pill")!.GetAttribute("hx-swap-oob"));
        Assert.Equal("Theirs.", (await pages.SessionAsync(id)).GetProperty("expected_output").GetString());

        using var theirs = await SendAsync(pages, $"/sessions/{id}/labels", [.. Fields(panel), ("Form.Do", "theirs")]);
        Assert.Equal("Theirs.", (await ParseAsync(theirs)).QuerySelector("#expected")!.TextContent);
        Assert.Equal("Theirs.", (await pages.SessionAsync(id)).GetProperty("expected_output").GetString());

        // Having seen theirs, mine may replace it.
        using var mine = await SendAsync(pages, $"/sessions/{id}/labels", [.. Fields(panel), ("Form.Do", "save")]);
        Assert.Equal(HttpStatusCode.OK, mine.StatusCode);
        Assert.Equal("Mine.", (await pages.SessionAsync(id)).GetProperty("expected_output").GetString());
    }

    [Fact]
    public async Task A_label_that_somebody_else_gave_meanwhile_is_not_replaced_unseen()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var id = (await pages.PushAsync(SessionPages.Session("Shared")))[0];
        var seen = Fields(await pages.GetAsync($"/sessions/{id}"));
        await ChangeAsync(pages, id, new { eval_status = "incorrect" });

        // Without scripts the answer is a page with the same panel.
        using var refused = await pages.PostAsync($"/sessions/{id}/labels", [.. seen, ("Form.Do", "golden")]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var page = await ParseAsync(refused);
        Assert.Contains("Incorrect", page.QuerySelector(".label-conflict")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("incorrect", (await pages.SessionAsync(id)).GetProperty("eval_status").GetString());
        using var again = await pages.PostAsync($"/sessions/{id}/labels", [.. Fields(page), ("Form.Do", "golden")]);
        Assert.Equal(HttpStatusCode.Redirect, again.StatusCode);
        Assert.Equal("golden", (await pages.SessionAsync(id)).GetProperty("eval_status").GetString());
    }

    [Fact]
    public async Task A_refused_label_beside_a_list_shows_pill_and_row_as_somebody_else_left_them()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var id = (await pages.PushAsync(SessionPages.Session("Shared")))[0];
        var seen = Fields(await pages.GetAsync($"/sessions?peek={id}"));
        await ChangeAsync(pages, id, new { eval_status = "incorrect" });

        using var refused = await SendAsync(pages, $"/sessions/{id}/labels", [.. seen, ("Form.Do", "golden")]);

        var answer = await ParseAsync(refused);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("Incorrect", answer.QuerySelector("#session-pill[hx-swap-oob]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Incorrect", answer.QuerySelector($"#label-echo[data-echo={id}] [data-echo-cell=status]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Emptied_fields_take_their_texts_away()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var id = (await pages.PushAsync(SessionPages.Session("Emptied")))[0];
        await ChangeAsync(pages, id, new { eval_notes = "Gone soon.", expected_output = "Stays." });
        var seen = Fields(await pages.GetAsync($"/sessions/{id}")).Where(field => field.Name != "Form.Notes");

        using var answer = await SendAsync(pages, $"/sessions/{id}/labels", [.. seen, ("Form.Notes", ""), ("Form.Do", "save")]);

        var session = await pages.SessionAsync(id);
        Assert.False(session.TryGetProperty("eval_notes", out var notes) && notes.ValueKind == System.Text.Json.JsonValueKind.String);
        Assert.Equal("Stays.", session.GetProperty("expected_output").GetString());
    }

    [Fact]
    public async Task A_tag_that_cannot_be_one_is_refused_with_everything_that_was_typed()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var id = (await pages.PushAsync(SessionPages.Session("Typed")))[0];

        using var answer = await SendAsync(pages, $"/sessions/{id}/labels", [("Form.Do", "save"), ("Form.Notes", "Long thoughts."), ("Form.AddTag", new string('x', 101))]);

        var panel = await ParseAsync(answer);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.NotNull(panel.QuerySelector(".errors[role=alert]"));
        Assert.Equal("Long thoughts.", panel.QuerySelector("#notes")!.TextContent);
        Assert.Equal(101, panel.QuerySelector("#tags")!.GetAttribute("value")!.Length);
    }

    [Fact]
    public async Task Known_tags_come_with_their_numbers_and_the_actual_answer_stands_beside_the_expected_one()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("One", answer: "Forty-two."), SessionPages.Session("Two"));
        using var one = await pages.PostAsync($"/sessions/{ids[0]}/labels", ("Form.AddTag", "often,rare"));
        using var two = await pages.PostAsync($"/sessions/{ids[1]}/labels", ("Form.AddTag", "often"));

        var page = await pages.GetAsync($"/sessions/{ids[0]}");
        var tags = await pages.GetAsync(page.QuerySelector("#tags")!.GetAttribute("hx-get")![$"/w/{pages.Slug}".Length..]);

        Assert.Equal(["often: 2 sessions", "rare: 1 session"], tags.QuerySelectorAll("option").Select(option => $"{option.GetAttribute("value")}: {option.GetAttribute("label")}"));
        Assert.Equal("Forty-two.", page.QuerySelector("#actual")!.TextContent);
    }

    [Fact]
    public async Task Whoever_goes_on_after_a_label_is_remembered_and_gets_the_next_session_beside_the_list()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var at = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var ids = await pages.PushAsync(SessionPages.Session("Old", at), SessionPages.Session("Elsewhere", at.AddHours(1), source: "other"), SessionPages.Session("New", at.AddHours(2)));
        var seen = Fields(await pages.GetAsync($"/sessions?source=codex&peek={ids[2]}"));

        using var answer = await SendAsync(pages, $"/sessions/{ids[2]}/labels?source=codex", [.. seen, ("Form.GoOn", "true"), ("Form.Do", "golden")]);

        var next = await ParseAsync(answer);
        Assert.Equal($"/w/{pages.Slug}/sessions?source=codex&peek={ids[0]}", Header(answer, "HX-Push-Url"));
        Assert.Equal(ids[0], next.QuerySelector("#peek")!.GetAttribute("data-peek"));
        // The row of the one before shows its label.
        Assert.Equal(ids[2], next.QuerySelector("#label-echo")!.GetAttribute("data-echo"));
        Assert.Equal("Golden", next.QuerySelector("#label-echo .pill")!.TextContent);
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("label-next=on;", StringComparison.Ordinal));

        using var last = await SendAsync(pages, $"/sessions/{ids[0]}/labels?source=codex", [.. Fields(next), ("Form.Do", "next")]);
        Assert.Contains("last one of the list", Header(last, "HX-Trigger"), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(SessionPages pages, string path, IReadOnlyList<(string Name, string Value)> fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/w/{pages.Slug}{path}")
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.Add("HX-Request", "true");
        return await pages.Browser.SendAsync(request);
    }

    private static async Task ChangeAsync(SessionPages pages, string id, object change)
    {
        using var answer = await pages.Program.PatchAsJsonAsync($"/api/sessions/{id}", change);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What a browser would send of the panel, without a button.</summary>
    private static List<(string Name, string Value)> Fields(IHtmlDocument page) =>
    [
        .. page.QuerySelectorAll("#labels input[name]").OfType<IHtmlInputElement>().Where(field => field.Type != "checkbox" || field.IsChecked).Select(field => (field.Name!, field.Value)),
        .. page.QuerySelectorAll("#labels textarea").OfType<IHtmlTextAreaElement>().Select(field => (field.Name!, field.Value.ReplaceLineEndings("\r\n"))),
    ];

    private static async Task<IHtmlDocument> ParseAsync(HttpResponseMessage answer) => await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));
}
