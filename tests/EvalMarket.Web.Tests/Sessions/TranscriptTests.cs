using System.Net;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

public sealed class TranscriptTests(TestApp app) : IClassFixture<TestApp>
{
    private const int WindowSize = 100;

    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==");

    [Fact]
    public async Task A_session_of_ten_thousand_messages_opens_with_one_window_and_places_for_the_others()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var id = await PushLongAsync(pages, 10_000);

        var page = await pages.GetAsync($"/sessions/{id}");

        var transcript = page.GetElementById("transcript")!;
        Assert.Equal(WindowSize, transcript.QuerySelectorAll("article.msg").Length);
        var windows = transcript.GetAttribute("data-windows")!.Split(' ');
        Assert.Equal(100, windows.Length);
        Assert.All(windows, window => Assert.InRange(int.Parse(window.Split(':')[0]), 5_000, 15_000));
        Assert.Equal(["0", "50", "100"], windows.Take(3).Select(window => window.Split(':')[1]));
        Assert.Equal($"/w/{pages.Slug}/sessions/{id}?from=100", page.QuerySelector("#more-messages a")!.GetAttribute("href"));
        Assert.True(page.QuerySelectorAll("[data-to-turn]").Length <= 200);
        Assert.NotNull(page.QuerySelector(".turns-filter"));
    }

    [Fact]
    public async Task A_link_to_a_message_opens_its_window_and_marks_it()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var id = await PushLongAsync(pages, 10_000);
        const int Index = (37 * WindowSize) + 42;
        var message = await MessageAtAsync(pages, id, Index);

        var page = await pages.GetAsync($"/sessions/{id}?message={message}");

        Assert.Equal("37", page.QuerySelector("[data-window]")!.GetAttribute("data-window"));
        var marked = Assert.Single(page.QuerySelectorAll(".is-target"));
        Assert.Equal(message, marked.Id);
        Assert.Contains($"Message number {Index:00000}.", marked.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector($"[data-to-turn='{(Index / 2) + 1}']"));
    }

    [Fact]
    public async Task Windows_and_turns_come_as_fragments_and_lead_to_the_page_when_opened_as_one()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var id = await PushLongAsync(pages, 1_000);

        var window = await FragmentAsync(pages, $"/sessions/{id}/messages?from=345");
        var turns = await FragmentAsync(pages, $"/sessions/{id}/messages?handler=turns&turns=number+00998");
        using var plain = await pages.Browser.GetAsync($"/w/{pages.Slug}/sessions/{id}/messages?from=345");

        Assert.Equal("3", Assert.Single(window.QuerySelectorAll("[data-window]")).GetAttribute("data-window"));
        Assert.Contains("Message number 00300.", window.QuerySelector("article")!.TextContent, StringComparison.Ordinal);
        Assert.Null(window.QuerySelector("nav"));
        Assert.Equal("500", Assert.Single(turns.QuerySelectorAll("[data-to-turn]")).GetAttribute("data-to-turn"));
        Assert.Equal($"/w/{pages.Slug}/sessions/{id}?from=300", plain.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_turn_opens_by_its_number()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var id = await PushLongAsync(pages, 1_000);

        var page = await pages.GetAsync($"/sessions/{id}?turn=481");

        Assert.NotNull(page.GetElementById("turn-481"));
        Assert.Equal("9", page.QuerySelector("[data-window]")!.GetAttribute("data-window"));
    }

    [Fact]
    public async Task A_call_has_its_result_even_when_that_stands_in_another_window()
    {
        using var pages = await SessionPages.OpenAsync(app);
        List<object> messages = [new { role = "user", content = "Go" }, Call("far", "sleep 60"), .. Enumerable.Range(0, 300).Select(number => new { role = "assistant", content = $"Waiting {number}" }), Result("far", "woke up unmistakably", isError: true), new { role = "assistant", content = "Done." }];
        var ids = await pages.PushAsync(new { title = "Far apart", messages });
        var result = await MessageAtAsync(pages, ids[0], 302);

        var first = await pages.GetAsync($"/sessions/{ids[0]}");
        var last = await pages.GetAsync($"/sessions/{ids[0]}?from=300");
        var linked = await pages.GetAsync($"/sessions/{ids[0]}?message={result}");

        var tool = Assert.Single(first.QuerySelectorAll("details.tool"));
        Assert.Contains("woke up unmistakably", tool.TextContent, StringComparison.Ordinal);
        Assert.Contains("failed", tool.QuerySelector("summary")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("woke up", last.GetElementById("transcript")!.TextContent, StringComparison.Ordinal);
        var opened = Assert.IsAssignableFrom<IHtmlDetailsElement>(linked.GetElementById(result));
        Assert.True(opened.IsOpen);
        Assert.Equal("0", linked.QuerySelector("[data-window]")!.GetAttribute("data-window"));
    }

    [Fact]
    public async Task Calls_of_one_id_get_their_results_in_order_and_results_of_no_call_are_shown_by_themselves()
    {
        using var pages = await SessionPages.OpenAsync(app);
        object[] messages =
        [
            new { role = "user", content = "Go" }, Call("same", "first"), Result("same", "result of the first"), Call("same", "second"), Result("same", "result of the second"), Result("nobody", "an orphan"),
        ];
        var ids = await pages.PushAsync(new { title = "Same ids", messages });

        var page = await pages.GetAsync($"/sessions/{ids[0]}");

        var tools = page.QuerySelectorAll("details.tool").Select(tool => tool.TextContent).ToList();
        Assert.Equal(3, tools.Count);
        Assert.Contains("result of the first", tools[0], StringComparison.Ordinal);
        Assert.Contains("result of the second", tools[1], StringComparison.Ordinal);
        Assert.Contains("an orphan", tools[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("msg_01k9zzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("nonsense")]
    public async Task A_message_that_is_not_there_any_more_is_said_so(string message)
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("Here"));

        var page = await pages.GetAsync($"/sessions/{ids[0]}?message={message}");

        Assert.Contains("not in this session any more", page.QuerySelector("[role=status].notice")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.QuerySelectorAll("article.msg").Length);
    }

    [Fact]
    public async Task Pictures_are_shown_by_what_they_are_and_never_by_what_they_claim()
    {
        using var pages = await SessionPages.OpenAsync(app);
        const string Svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
        object[] parts =
        [
            new { type = "image", mime_type = "text/html", name = "real.png", data = Convert.ToBase64String(Png) },
            new { type = "image", mime_type = "image/png", name = "lie.png", data = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Svg)) },
            new { type = "image", mime_type = "image/svg+xml", data = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("<html><script>alert(1)</script>")) },
            new { type = "image", mime_type = "image/png", data = "not base64 at all!" },
            new { type = "image", url = "https://tracker.example/pixel.png" },
            new { type = "image", url = "javascript:alert(1)" },
        ];
        var ids = await pages.PushAsync(new { title = "Pictures", messages = new object[] { new { role = "user", content = "Look", parts } } });
        var message = await MessageAtAsync(pages, ids[0], 0);

        var page = await pages.GetAsync($"/sessions/{ids[0]}");
        var shown = Assert.Single(page.QuerySelectorAll(".transcript img"));
        using var picture = await pages.Browser.GetAsync(shown.GetAttribute("src"));
        List<HttpStatusCode> others = [];
        for (var part = 1; part < 8; part++)
        {
            using var answer = await pages.Browser.GetAsync($"/w/{pages.Slug}/sessions/{ids[0]}/messages?handler=picture&message={message}&part={part}");
            others.Add(answer.StatusCode);
        }

        Assert.Equal("image/png", picture.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Png, await picture.Content.ReadAsByteArrayAsync());
        Assert.Contains("sandbox", Assert.Single(picture.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(picture.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal(("2", "3"), (shown.GetAttribute("width"), shown.GetAttribute("height")));
        Assert.All(others, status => Assert.Equal(HttpStatusCode.NotFound, status));
        Assert.NotNull(page.QuerySelector(".transcript a[href='https://tracker.example/pixel.png']"));
        Assert.Null(page.QuerySelector(".transcript a[href^=javascript]"));
    }

    [Fact]
    public async Task Finds_a_text_wherever_it_is_folded_away()
    {
        using var pages = await SessionPages.OpenAsync(app);
        object[] messages =
        [
            new { role = "system", content = "The Needle of the rules" },
            new { role = "user", content = "Where is the NEEDLE? And a \"quoted\" one" },
            new { role = "assistant", content = "", parts = new object[] { new { type = "reasoning", text = "A needle, a needle." }, new { type = "tool_call", call_id = "c", name = "Bash", input = new { command = "grep needle <all>" } } } },
            Result("c", "haystack:1: needle"),
            .. Enumerable.Range(0, 250).Select(number => (object)new { role = "assistant", content = $"Straw {number}" }),
            new { role = "assistant", content = "The last needle & it is far away" },
        ];
        var ids = await pages.PushAsync(new { title = "Haystack", messages });

        var found = await FragmentAsync(pages, $"/sessions/{ids[0]}/messages?handler=find&find=needle");
        var quoted = await FragmentAsync(pages, $"/sessions/{ids[0]}/messages?handler=find&find=%22quoted%22");
        var tool = await FragmentAsync(pages, $"/sessions/{ids[0]}/messages?handler=find&find=needle+%3Call%3E");
        var nothing = await FragmentAsync(pages, $"/sessions/{ids[0]}/messages?handler=find&find=pin");

        var hits = found.QuerySelectorAll("a[data-hit]");
        Assert.Equal("7", found.GetElementById("hits")!.GetAttribute("data-count"));
        Assert.Equal(["system", "user", "reasoning", "reasoning", "tool input", "tool output", "assistant"], hits.Select(hit => hit.QuerySelector("small")!.TextContent.Split(" · ")[0]));
        Assert.Equal(["0", "0", "0", "1", "0", "0", "0"], hits.Select(hit => hit.GetAttribute("data-occurrence")));
        Assert.Equal(["0", "0", "0", "0", "0", "0", "2"], hits.Select(hit => hit.GetAttribute("data-at")));
        Assert.Equal("NEEDLE", hits[1].QuerySelector("mark")!.TextContent);
        Assert.Single(quoted.QuerySelectorAll("a[data-hit]"));
        Assert.Single(tool.QuerySelectorAll("a[data-hit]"));
        Assert.Equal("0", nothing.GetElementById("hits")!.GetAttribute("data-count"));

        // Every place that a hit names is on the page of its window.
        var opened = await pages.GetAsync(hits[5].GetAttribute("href")!.Split('#')[0][$"/w/{pages.Slug}".Length..]);
        Assert.All(hits.Take(6), hit => Assert.NotNull(opened.QuerySelector($"[data-place='{hit.GetAttribute("data-hit")}']")));
        Assert.True(Assert.IsAssignableFrom<IHtmlDetailsElement>(opened.QuerySelector("details.tool")).IsOpen);
        Assert.Equal("needle", opened.QuerySelector("input[name=find]")!.GetAttribute("value"));
        Assert.Equal(7, opened.QuerySelectorAll("#hits a[data-hit]").Length);
    }

    [Fact]
    public async Task Lists_no_more_matches_than_somebody_can_go_through()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("Many", question: string.Concat(Enumerable.Repeat("many words ", 2_000))));

        var found = await FragmentAsync(pages, $"/sessions/{ids[0]}/messages?handler=find&find=many");

        Assert.Equal("500+", found.GetElementById("hits")!.GetAttribute("data-count"));
        Assert.Equal(500, found.QuerySelectorAll("a[data-hit]").Length);
    }

    [Fact]
    public async Task Comments_and_tags_say_who_and_when_and_known_tags_are_offered()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(new { title = "Remarks", messages = new object[] { new { role = "system", content = "Rules" }, new { role = "user", content = "Hello" } } });
        var (rules, hello) = (await MessageAtAsync(pages, ids[0], 0), await MessageAtAsync(pages, ids[0], 1));

        var commented = await RemarkAsync(pages, ids[0], hello, "comment", "Well said");
        var tagged = await RemarkAsync(pages, ids[0], hello, "tag", "greeting");
        var ruled = await RemarkAsync(pages, ids[0], rules, "comment", "Too few rules");
        var refused = await RemarkAsync(pages, ids[0], hello, "tag", new string('x', 200));
        var page = await pages.GetAsync($"/sessions/{ids[0]}");

        Assert.Contains("Well said", commented.QuerySelector(".comment")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(commented.QuerySelector(".comment time[datetime]"));
        Assert.Contains("@", commented.QuerySelector(".comment small")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("@", tagged.QuerySelector("li.tag")!.GetAttribute("title")!, StringComparison.Ordinal);
        Assert.Contains("Too few rules", ruled.QuerySelector("details.system .comment")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("", refused.Body!.TextContent);
        Assert.Equal("greeting", Assert.Single(page.QuerySelectorAll("#message-tags option")).GetAttribute("value"));
    }

    [Fact]
    public async Task A_message_is_given_as_json_and_as_text()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(new { title = "Raw", messages = new object[] { new { role = "user", content = "<b>Raw</b> & ready", tokens = 7 } } });
        var message = await MessageAtAsync(pages, ids[0], 0);
        var address = $"/w/{pages.Slug}/sessions/{ids[0]}/messages?message={message}&handler=";

        using var raw = await pages.Browser.GetAsync($"{address}raw");
        using var text = await pages.Browser.GetAsync($"{address}text");
        var dialog = await FragmentAsync(pages, $"/sessions/{ids[0]}/messages?message={message}&handler=raw");

        Assert.Equal("application/json", raw.Content.Headers.ContentType!.MediaType);
        Assert.Equal(7, JsonDocument.Parse(await raw.Content.ReadAsStringAsync()).RootElement.GetProperty("tokens").GetInt32());
        Assert.Equal("text/plain", text.Content.Headers.ContentType!.MediaType);
        Assert.Equal("<b>Raw</b> & ready", await text.Content.ReadAsStringAsync());
        Assert.Contains("<b>Raw</b> & ready", dialog.QuerySelector("dialog code")!.TextContent, StringComparison.Ordinal);
        Assert.Null(dialog.QuerySelector("dialog b"));
    }

    [Fact]
    public async Task Edits_and_patches_are_shown_as_what_they_change()
    {
        using var pages = await SessionPages.OpenAsync(app);
        object[] parts =
        [
            new { type = "tool_call", call_id = "1", name = "Edit", input = new { file_path = "a.cs", old_string = "same\nold <b>\nend", new_string = "same\nnew\nmore\nend" } },
            new { type = "tool_call", call_id = "2", name = "apply_patch", input = new { input = "*** Begin Patch\n*** Update File: b.cs\n@@\n-before\n+after\n*** End Patch" } },
        ];
        var ids = await pages.PushAsync(new { title = "Edits", messages = new object[] { new { role = "user", content = "Edit" }, new { role = "assistant", content = "", parts } } });

        var page = await pages.GetAsync($"/sessions/{ids[0]}");

        var tools = page.QuerySelectorAll("details.tool");
        Assert.Equal(["-old <b>"], tools[0].QuerySelectorAll("del").Select(line => line.TextContent));
        Assert.Equal(["+new", "+more"], tools[0].QuerySelectorAll("ins").Select(line => line.TextContent));
        Assert.Equal(["-before"], tools[1].QuerySelectorAll("del").Select(line => line.TextContent));
        Assert.Equal(["+after"], tools[1].QuerySelectorAll("ins").Select(line => line.TextContent));
    }

    [Fact]
    public async Task A_session_of_rules_alone_has_no_turns_and_still_opens()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(new { title = "Rules", messages = new object[] { new { role = "system", content = "Only rules" } } });

        var page = await pages.GetAsync($"/sessions/{ids[0]}?turn=3&from=99");

        Assert.Null(page.QuerySelector("nav.turns"));
        Assert.Contains("Only rules", page.QuerySelector("details.system")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_reads_finds_and_cannot_remark()
    {
        using var pages = await SessionPages.OpenAsync(app, WorkspaceRole.Viewer);
        var ids = await pages.PushAsync(SessionPages.Session("Read only"));
        var message = await MessageAtAsync(pages, ids[0], 0);

        var found = await FragmentAsync(pages, $"/sessions/{ids[0]}/messages?handler=find&find=because");
        using var remark = await pages.PostAsync($"/sessions/{ids[0]}/messages?handler=remark&message={message}", ("kind", "comment"), ("text", "No"));
        var page = await pages.GetAsync($"/sessions/{ids[0]}");

        Assert.Single(found.QuerySelectorAll("a[data-hit]"));
        Assert.Equal(HttpStatusCode.Forbidden, remark.StatusCode);
        Assert.Null(page.QuerySelector("[popovertarget^=remark]"));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("Here"));
        var never = TypeId.New<MessageId>(app.Time.GetUtcNow()).Value;

        foreach (var query in new[] { $"handler=raw&message={never}", $"handler=text&message={never}", $"handler=picture&message={never}&part=0", "handler=raw", "handler=picture&message=x&part=-1" })
        {
            using var answer = await pages.Browser.GetAsync($"/w/{pages.Slug}/sessions/{ids[0]}/messages?{query}");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private static object Call(string id, string command) =>
        new { role = "assistant", content = "", parts = new object[] { new { type = "tool_call", call_id = id, name = "Bash", input = new { command } } } };

    private static object Result(string id, string text, bool isError = false) =>
        new { role = "tool", content = "", parts = new object[] { new { type = "tool_result", call_id = id, text, is_error = isError } } };

    private static async Task<string> PushLongAsync(SessionPages pages, int count)
    {
        var messages = Enumerable.Range(0, count).Select(number => new { role = number % 2 == 0 ? "user" : "assistant", content = $"Message number {number:00000}." });
        return (await pages.PushAsync(new { title = "Long", messages }))[0];
    }

    private static async Task<string> MessageAtAsync(SessionPages pages, string session, int index) =>
        (await pages.SessionAsync(session)).GetProperty("messages")[index].GetProperty("id").GetString()!;

    private static async Task<IHtmlDocument> FragmentAsync(SessionPages pages, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/w/{pages.Slug}{path}");
        request.Headers.Add("HX-Request", "true");
        using var answer = await pages.Browser.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<IHtmlDocument> RemarkAsync(SessionPages pages, string session, string message, string kind, string text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/w/{pages.Slug}/sessions/{session}/messages?handler=remark&message={message}");
        request.Headers.Add("HX-Request", "true");
        request.Content = new FormUrlEncodedContent([KeyValuePair.Create("kind", kind), KeyValuePair.Create("text", text)]);
        using var answer = await pages.Browser.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }
}
