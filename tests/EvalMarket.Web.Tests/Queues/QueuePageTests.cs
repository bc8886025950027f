using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Parser;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Sessions;

namespace EvalMarket.Web.Tests.Queues;

public sealed class QueuePageTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task A_selection_of_the_list_goes_into_a_new_queue_and_what_it_has_is_counted_not_added_twice()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("One"), SessionPages.Session("Two", source: "chatgpt"));
        Assert.NotNull((await pages.GetAsync("/sessions")).QuerySelector(".bulkbar [formaction*='queues/add']"));

        using var asked = await pages.PostAsync("/queues/add?source=chatgpt", ("all_matching", "true"));
        var form = await new HtmlParser().ParseDocumentAsync(await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Add 1 session to a queue", form.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        using var nameless = await pages.PostAsync("/queues/add?handler=add", ("ids", ids[0]), ("queue", ""), ("name", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nameless.StatusCode);
        using var made = await pages.PostAsync("/queues/add?handler=add", ("ids", ids[0]), ("queue", ""), ("name", "Fresh"));
        var queue = await QueueAsync(pages, "Fresh");
        Assert.Equal($"/w/{pages.Slug}/queues/{queue}", made.Headers.Location!.OriginalString);

        var page = await FollowAsync(pages, await pages.PostAsync("/queues/add?handler=add", ("all_matching", "true"), ("queue", queue)));
        Assert.Contains("1 session added", page, StringComparison.Ordinal);
        Assert.Contains("1 were in the queue already.", page, StringComparison.Ordinal);
        Assert.Equal(["One", "Two"], SessionPages.Titles(await pages.GetAsync($"/queues/{queue}")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_queue_is_made_by_a_form_that_names_every_error_and_keeps_what_was_typed()
    {
        using var pages = await SessionPages.OpenAsync(app);

        using var refused = await pages.PostAsync("/queues/new", ("Form.Name", ""), ("Form.Reviews", "500"), ("Form.Minutes", "30"), ("Form.Instructions", "Be kind."));
        var form = await new HtmlParser().ParseDocumentAsync(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("true", form.QuerySelector("#name")!.GetAttribute("aria-invalid"));
        Assert.Equal("true", form.QuerySelector("#reviews")!.GetAttribute("aria-invalid"));
        Assert.Equal("Be kind.", form.QuerySelector("#instructions")!.TextContent);

        var page = await new HtmlParser().ParseDocumentAsync(await FollowAsync(
            pages, await pages.PostAsync("/queues/new", ("Form.Name", "Kindness"), ("Form.Reviews", "2"), ("Form.Minutes", "30"), ("Form.Blind", "true"), ("Form.Instructions", "Be **kind**."))));
        Assert.Contains("Kindness", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("No sessions in it yet", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["Kindness"], SessionPages.Titles(await pages.GetAsync("/queues")));
    }

    [Fact]
    public async Task Reviewing_goes_on_to_the_next_session_until_all_is_done_and_shows_the_instructions_safely()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("One"), SessionPages.Session("Two"));
        var queue = await MakeAsync(pages, new { name = "Sums", instructions = "Be **kind**. <script>alert(1)</script>", reviews_per_session = 1 });

        var first = await new HtmlParser().ParseDocumentAsync(await FollowAsync(pages, await pages.Browser.GetAsync($"/w/{pages.Slug}/queues/{queue}/review", TestContext.Current.CancellationToken)));
        Assert.Equal("kind", first.QuerySelector(".queue-instructions strong")!.TextContent);
        Assert.Null(first.QuerySelector(".queue-instructions script"));
        Assert.Equal(["1", "2", "3", "4"], first.QuerySelectorAll(".review-labels label").Select(label => label.GetAttribute("data-key")));
        var action = first.QuerySelector("#review")!.GetAttribute("action")!;
        using var bare = await pages.Browser.PostAsync(action, new FormUrlEncodedContent([new("Form.Notes", "typed")]), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bare.StatusCode);
        Assert.Contains("typed", await bare.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var second = await new HtmlParser().ParseDocumentAsync(await FollowAsync(
            pages, await pages.Browser.PostAsync(action, new FormUrlEncodedContent([new("Form.Status", "golden"), new("Form.Tags", "a, b"), new("Form.Notes", "n"), new("Form.Expected", "")]), TestContext.Current.CancellationToken)));
        Assert.NotEqual(action, second.QuerySelector("#review")!.GetAttribute("action"));
        var skip = $"{second.QuerySelector("#review")!.GetAttribute("action")}?handler=skip";
        var end = await FollowAsync(pages, await pages.Browser.PostAsync(skip, new FormUrlEncodedContent([new("reason", "Not mine")]), TestContext.Current.CancellationToken));
        Assert.Contains("All done", end, StringComparison.Ordinal);

        var session = await pages.SessionAsync(action.Split('/')[^1]);
        Assert.Equal(("golden", "n", 2), (session.GetProperty("eval_status").GetString(), session.GetProperty("eval_notes").GetString(), session.GetProperty("eval_tags").GetArrayLength()));
        var page = await pages.GetAsync($"/queues/{queue}?state=skipped");
        Assert.Single(SessionPages.Titles(page));
        Assert.Contains("Reviewers", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("This session is done.", (await pages.GetAsync($"/queues/{queue}/review/{action.Split('/')[^1]}")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reviews_that_differ_are_shown_side_by_side_and_one_is_taken()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var session = (await pages.PushAsync(SessionPages.Session("One")))[0];
        var queue = await MakeAsync(pages, new { name = "Sums", reviews_per_session = 2 });
        await SendAsync(pages.Program, $"/api/queues/{queue}/reviews", new { session_id = session, status = "golden", notes = "first" });
        // Blind: nothing of the first review is on the page of who reviews next, nor where it could be decided.
        Assert.DoesNotContain("first", (await pages.GetAsync($"/queues/{queue}/review/{session}")).Body!.TextContent, StringComparison.Ordinal);
        Assert.Null((await pages.GetAsync($"/queues/{queue}/adjudicate/{session}")).QuerySelector(".review-cards article"));
        var reviewed = await FollowAsync(pages, await pages.PostAsync($"/queues/{queue}/review/{session}", ("Form.Status", "incorrect"), ("Form.Notes", "second")));
        Assert.Contains("The reviews do not agree: an editor decides.", reviewed, StringComparison.Ordinal);

        var page = await new HtmlParser().ParseDocumentAsync(await FollowAsync(pages, await pages.Browser.GetAsync($"/w/{pages.Slug}/queues/{queue}/adjudicate", TestContext.Current.CancellationToken)));
        Assert.Equal(2, page.QuerySelectorAll(".review-cards article").Length);
        Assert.Contains("the labels differ", page.Body!.TextContent, StringComparison.Ordinal);
        var queuePage = await pages.GetAsync($"/queues/{queue}");
        Assert.Equal("1", queuePage.QuerySelectorAll(".agreement-matrix .cell-other text").Select(text => text.TextContent).First(text => text != "0"));
        Assert.Contains("Cohen’s κ", queuePage.Body!.TextContent, StringComparison.Ordinal);

        var take = page.QuerySelectorAll(".review-cards form")[1];
        var fields = new FormUrlEncodedContent([new("reviewer", take.QuerySelector("input[name=reviewer]")!.GetAttribute("value")!)]);
        Assert.Contains("Decided: incorrect", await FollowAsync(pages, await pages.Browser.PostAsync(take.GetAttribute("action")!, fields, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        Assert.Equal("second", (await pages.SessionAsync(session)).GetProperty("eval_notes").GetString());
        Assert.Contains("Nothing to decide", (await pages.GetAsync($"/queues/{queue}/adjudicate")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WorkspaceRole.Viewer, false, false)]
    [InlineData(WorkspaceRole.Reviewer, true, false)]
    [InlineData(WorkspaceRole.Editor, true, true)]
    public async Task Who_labels_reviews_and_who_edits_manages(WorkspaceRole role, bool reviews, bool manages)
    {
        using var pages = await SessionPages.OpenAsync(app, role);
        await pages.PushAsync(SessionPages.Session("One"));
        var queue = await MakeAsync(pages, new { name = "Sums" });

        var page = await pages.GetAsync($"/queues/{queue}");
        Assert.Equal(reviews, page.QuerySelector("[data-key=u]") is not null);
        Assert.Equal(manages, page.QuerySelector($"[href$='/queues/{queue}/settings']") is not null);
        await ExpectAsync(pages, $"/queues/{queue}/review", reviews);
        await ExpectAsync(pages, $"/queues/{queue}/settings", manages);
        await ExpectAsync(pages, $"/queues/{queue}/adjudicate", manages);
        await ExpectAsync(pages, "/queues/new", manages);
        using var removed = await pages.PostAsync($"/queues/{queue}?handler=remove", ("session", "ses_01kjmbqde0edcsbk84j37awn22"));
        Assert.Equal(manages ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden, removed.StatusCode);
    }

    [Fact]
    public async Task Settings_close_and_open_a_queue_and_delete_it_by_its_name()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("One"));
        var queue = await MakeAsync(pages, new { name = "Sums" });

        using var closed = await pages.PostAsync($"/queues/{queue}/settings?handler=status", ("open", "false"));
        Assert.Contains("This queue is closed", (await pages.GetAsync($"/queues/{queue}/review")).Body!.TextContent, StringComparison.Ordinal);
        using var saved = await pages.PostAsync($"/queues/{queue}/settings", ("Form.Name", "Products"), ("Form.Reviews", "3"), ("Form.Minutes", "5"));
        var row = await pages.Program.GetFromJsonAsync<JsonElement>($"/api/queues/{queue}", TestContext.Current.CancellationToken);
        Assert.Equal(("Products", 3, false, "closed"), (row.GetProperty("name").GetString(), row.GetProperty("reviews_per_session").GetInt32(), row.GetProperty("blind").GetBoolean(), row.GetProperty("status").GetString()));

        Assert.Contains("Nothing was deleted.", await FollowAsync(pages, await pages.PostAsync($"/queues/{queue}/settings?handler=delete", ("confirm", "Sums"))), StringComparison.Ordinal);
        Assert.Contains("No queues yet", await FollowAsync(pages, await pages.PostAsync($"/queues/{queue}/settings?handler=delete", ("confirm", "Products"))), StringComparison.Ordinal);
    }

    /// <summary>The page that an answer leads to.</summary>
    private static async Task<string> FollowAsync(SessionPages pages, HttpResponseMessage answer)
    {
        while (answer.StatusCode == HttpStatusCode.Found)
        {
            var location = answer.Headers.Location!;
            answer.Dispose();
            answer = await pages.Browser.GetAsync(location, TestContext.Current.CancellationToken);
        }

        using (answer)
        {
            return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task ExpectAsync(SessionPages pages, string path, bool isAllowed)
    {
        using var answer = await pages.Browser.GetAsync($"/w/{pages.Slug}{path}", TestContext.Current.CancellationToken);
        Assert.Equal(isAllowed, answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Found);
        Assert.Equal(!isAllowed, answer.StatusCode == HttpStatusCode.Forbidden);
    }

    private static async Task SendAsync(HttpClient program, string path, object body)
    {
        using var answer = await program.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A queue with all sessions of the workspace.</summary>
    private static async Task<string> MakeAsync(SessionPages pages, object settings)
    {
        using var answer = await pages.Program.PostAsJsonAsync("/api/queues", settings, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        var queue = (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("id").GetString()!;
        await SendAsync(pages.Program, $"/api/queues/{queue}/import", new { filter = new { } });
        return queue;
    }

    private static async Task<string> QueueAsync(SessionPages pages, string name) =>
        (await pages.Program.GetFromJsonAsync<JsonElement>("/api/queues", TestContext.Current.CancellationToken)).GetProperty("items").EnumerateArray()
        .Single(queue => queue.GetProperty("name").GetString() == name).GetProperty("id").GetString()!;
}
