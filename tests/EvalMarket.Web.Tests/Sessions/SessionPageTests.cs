using System.Net;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

public sealed class SessionPageTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task Shows_what_was_said_and_lets_nothing_of_it_run()
    {
        using var pages = await SessionPages.OpenAsync(app);
        const string hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> [click](javascript:alert(1)) ![pixel](https://tracker.example/p.png)";
        var ids = await pages.PushAsync(SessionPages.Session("<b>Title</b>", question: hostile, answer: "**Fine**\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n```js\nlet x = '<i>';\n```"));

        var page = await pages.GetAsync($"/sessions/{ids[0]}");

        var transcript = page.QuerySelector(".transcript")!;
        Assert.Empty(transcript.QuerySelectorAll("script, img, [onerror], [style], a[href^=javascript]"));
        Assert.Contains("<script>alert(1)</script>", transcript.TextContent, StringComparison.Ordinal);
        Assert.Equal("Fine", transcript.QuerySelector("strong")!.TextContent);
        Assert.Equal("let x = '<i>';", transcript.QuerySelector("figure.code code")!.TextContent.Trim());
        Assert.Equal("noopener nofollow", transcript.QuerySelector("a[href='https://tracker.example/p.png']")!.GetAttribute("rel"));
        Assert.Contains("<b>Title</b>", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pairs_calls_with_their_results_and_shows_each_result_once()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(new
        {
            title = "Tools",
            messages = new object[]
            {
                new { role = "user", content = "Run it" },
                new { role = "assistant", content = "", parts = new object[] { new { type = "tool_call", call_id = "c1", name = "Bash", input = new { command = "make test" } } } },
                new { role = "tool", content = "", parts = new object[] { new { type = "tool_result", call_id = "c1", text = "12 of 12 passed unmistakably", is_error = true } } },
                new { role = "assistant", content = "Done." },
            },
        });

        var page = await pages.GetAsync($"/sessions/{ids[0]}");

        var tool = Assert.Single(page.QuerySelectorAll(".tool"));
        Assert.Contains("make test", tool.QuerySelector("summary")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("tool-failed", tool.ClassName!, StringComparison.Ordinal);
        Assert.Equal(2, page.Body!.TextContent.Split("12 of 12 passed unmistakably").Length);
        Assert.Equal(3, page.QuerySelectorAll("article.msg").Length);
    }

    [Fact]
    public async Task Labels_notes_tags_and_expected_output_are_saved_together_and_lead_to_the_next_of_the_list()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var at = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var ids = await pages.PushAsync(SessionPages.Session("Old", at, ready: true), SessionPages.Session("Skipped", at.AddHours(1), source: "other", ready: true), SessionPages.Session("New", at.AddHours(2), ready: true));

        using var golden = await pages.PostAsync($"/sessions/{ids[2]}/labels?in=evals&source=codex", ("Form.Do", "golden"), ("Form.Notes", "Two\r\nlines"), ("Form.Expected", ""), ("Form.AddTag", "fine, short"));
        using var answer = await pages.PostAsync($"/sessions/{ids[2]}/labels?in=evals&source=codex", ("Form.Do", "use-answer"));
        using var next = await pages.PostAsync($"/sessions/{ids[2]}/labels?in=evals&source=codex", ("Form.Do", "next"), ("Form.RemoveTag", "short"));
        using var last = await pages.PostAsync($"/sessions/{ids[0]}/labels?in=evals&source=codex", ("Form.Do", "next"));

        var session = await pages.SessionAsync(ids[2]);
        Assert.Equal("golden", session.GetProperty("eval_status").GetString());
        Assert.Equal("Two\nlines", session.GetProperty("eval_notes").GetString());
        Assert.Equal("Because.", session.GetProperty("expected_output").GetString());
        Assert.Equal(["fine"], session.GetProperty("eval_tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal($"/w/{pages.Slug}/sessions/{ids[0]}?in=evals&source=codex", next.Headers.Location!.OriginalString);
        Assert.Equal($"/w/{pages.Slug}/evals?source=codex", last.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_comment_stands_at_its_message()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("Commented"));
        var message = (await pages.SessionAsync(ids[0])).GetProperty("messages")[1].GetProperty("id").GetString()!;

        using var answer = await pages.PostAsync($"/sessions/{ids[0]}/messages?handler=remark&message={message}", ("kind", "comment"), ("text", "Here it goes <wrong>."));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var page = await pages.GetAsync($"/sessions/{ids[0]}");
        Assert.Contains("Here it goes <wrong>.", page.GetElementById(message)!.QuerySelector(".comment")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comment_is_deleted_by_who_wrote_it_and_by_nobody_else()
    {
        using var pages = await SessionPages.OpenAsync(app, WorkspaceRole.Reviewer);
        var id = (await pages.PushAsync(SessionPages.Session("Commented")))[0];
        var message = (await pages.SessionAsync(id)).GetProperty("messages")[1].GetProperty("id").GetString()!;
        using var theirs = new StringContent("""{"text":"Theirs."}""", System.Text.Encoding.UTF8, "application/json");
        using var commented = await pages.Program.PostAsync($"/api/sessions/{id}/messages/{message}/comments", theirs);
        using var mine = await pages.PostAsync($"/sessions/{id}/messages?handler=remark&message={message}", ("kind", "comment"), ("text", "Mine."));

        var before = await pages.GetAsync($"/sessions/{id}");
        var form = Assert.Single(before.QuerySelectorAll(".comment form"));
        Assert.Contains("Mine.", form.ParentElement!.TextContent, StringComparison.Ordinal);
        var address = form.GetAttribute("action")![$"/w/{pages.Slug}".Length..];
        var own = long.Parse(form.QuerySelector("input[name=remark]")!.GetAttribute("value")!, System.Globalization.CultureInfo.InvariantCulture);
        using var foreign = await pages.PostAsync(address, ("remark", (own - 1).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        using var deleted = await pages.PostAsync(address, ("remark", own.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        Assert.Equal(HttpStatusCode.Redirect, deleted.StatusCode);
        var after = await pages.GetAsync($"/sessions/{id}");
        Assert.Contains("Theirs.", Assert.Single(after.QuerySelectorAll(".comment")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_reads_without_controls_and_cannot_label()
    {
        using var pages = await SessionPages.OpenAsync(app, WorkspaceRole.Viewer);
        var ids = await pages.PushAsync(SessionPages.Session("Read only"));

        var page = await pages.GetAsync($"/sessions/{ids[0]}");
        using var answer = await pages.PostAsync($"/sessions/{ids[0]}/labels", ("Form.Do", "golden"));

        Assert.Null(page.QuerySelector("form#labels"));
        Assert.Null(page.QuerySelector("dialog#delete"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
