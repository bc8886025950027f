using System.Net;
using System.Text.Json;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.TestKit;
using Microsoft.Extensions.DependencyInjection;
using static EvalMarket.Web.Tests.Api.ApiWorkspace;

namespace EvalMarket.Web.Tests.Api;

public sealed class QueueTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task Two_keys_review_blind_differ_and_the_decision_lands_on_the_session()
    {
        using var workspace = await OpenAsync(app);
        using var other = app.Client((await app.Data.KeyAsync(workspace.Slug)).Secret);
        var session = await workspace.AddAsync("a");
        var queue = await AddAsync(workspace, """{"name":"Sums","instructions":"Add *well*.","reviews_per_session":2}""");
        var imported = await workspace.PostAsync($"{queue}/import", $$"""{"session_ids":["{{session}}","ses_01kjmbqde0edcsbk84j37awn22"]}""");
        Assert.Equal((1, 0, 1, 0), (Number(imported, "added"), Number(imported, "already_there"), imported.GetProperty("not_found").GetProperty("count").GetInt32(), imported.GetProperty("not_linked").GetProperty("count").GetInt32()));

        var next = await workspace.GetAsync($"{queue}/next");
        Assert.Equal((session, "Add *well*.", 1), (next.GetProperty("session_id").GetString(), next.GetProperty("instructions").GetString(), Number(next, "remaining")));
        var mine = await workspace.PostAsync($"{queue}/reviews", $$"""{"session_id":"{{session}}","status":"golden","notes":"n","tags":["t"]}""", HttpStatusCode.Created);
        Assert.Equal(("waiting", "golden"), (mine.GetProperty("state").GetString(), mine.GetProperty("review").GetProperty("status").GetString()));
        Assert.Equal(JsonValueKind.Null, (await workspace.GetAsync($"{queue}/next")).GetProperty("session_id").ValueKind);

        // The other one sees nothing of it before they have said something themselves.
        Assert.Empty((await ReadAsync(other, $"{queue}/reviews")).GetProperty("items").EnumerateArray());
        using (var answer = await other.PostAsync($"{queue}/reviews", Json($$"""{"session_id":"{{session}}","status":"incorrect"}"""), Cancel))
        {
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }

        var reviews = (await ReadAsync(other, $"{queue}/reviews")).GetProperty("items");
        Assert.Equal(2, reviews.GetArrayLength());
        var agreement = await workspace.GetAsync($"{queue}/agreement");
        Assert.Equal(("cohen", 1, 1), (agreement.GetProperty("measure").GetString(), Number(agreement, "sessions"), Number(agreement, "conflicts")));
        Assert.Equal(0, agreement.GetProperty("observed").GetDouble());
        Assert.Equal(1, Number(agreement.GetProperty("matrix")[0], "incorrect"));
        Assert.Equal(JsonValueKind.Null, (await workspace.GetAsync($"/api/sessions/{session}")).GetProperty("eval_status").ValueKind);

        var decided = await workspace.PostAsync($"{queue}/adjudicate", $$"""{"session_id":"{{session}}","take":"{{mine.GetProperty("review").GetProperty("reviewer").GetString()}}"}""");
        Assert.Equal(("done", "adjudication"), (decided.GetProperty("state").GetString(), decided.GetProperty("result").GetProperty("via").GetString()));
        var labelled = await workspace.GetAsync($"/api/sessions/{session}");
        Assert.Equal(("golden", "n", "t"), (labelled.GetProperty("eval_status").GetString(), labelled.GetProperty("eval_notes").GetString(), labelled.GetProperty("eval_tags")[0].GetString()));
        Assert.Equal(1, (await workspace.GetAsync($"/api/sessions/{session}/history")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, Number((await workspace.GetAsync(queue)).GetProperty("counts"), "done"));
    }

    [Fact]
    public async Task Two_keys_of_one_name_are_two_reviewers()
    {
        using var workspace = await OpenAsync(app);
        var session = await workspace.AddAsync("a");
        var queue = await AddAsync(workspace, """{"name":"Sums","reviews_per_session":2}""");
        await workspace.PostAsync($"{queue}/import", $$"""{"session_ids":["{{session}}"]}""");
        var reviewers = new List<string>();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var key = app.Client(await app.InWorkspaceAsync(workspace.Slug, async services =>
                (await services.GetRequiredService<ApiKeyService>().CreateAsync("judge", ApiKeyScopes.All, null, Cancel)).Succeeded(out var made, out var failure) ? made.Secret : throw new InvalidOperationException(failure.Message)));
            using var answer = await key.PostAsync($"{queue}/reviews", Json($$"""{"session_id":"{{session}}","status":"golden"}"""), Cancel);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            reviewers.Add(JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("review").GetProperty("reviewer").GetString()!);
        }

        Assert.Equal(2, reviewers.Distinct().Count());
        Assert.Single(reviewers.Select(reviewer => reviewer.Split('#')[0]).Distinct());
        Assert.Equal("golden", (await workspace.GetAsync($"/api/sessions/{session}")).GetProperty("eval_status").GetString());
    }

    [Fact]
    public async Task A_filter_puts_in_all_that_match_as_a_job_too_and_pages_go_through_them()
    {
        using var workspace = await OpenAsync(app);
        for (var i = 0; i < 3; i++)
        {
            await workspace.AddAsync($"s{i}", $"\"project\":\"p{i % 2}\"");
        }

        var queue = await AddAsync(workspace, """{"name":"All"}""");
        Assert.Equal(2, Number(await workspace.PostAsync($"{queue}/import", """{"filter":{"project":"p0"}}"""), "added"));
        var job = await workspace.RunJobAsync($"{queue}/import", Json("""{"filter":{}}"""));
        Assert.Equal("completed", job.GetProperty("status").GetString());
        Assert.Equal((1, 2), (Number(job.GetProperty("result"), "added"), Number(job.GetProperty("result"), "already_there")));
        Assert.Equal(0, job.GetProperty("result").GetProperty("not_found").GetProperty("count").GetInt32());

        var first = await workspace.GetAsync($"{queue}/items?limit=2");
        var second = await workspace.GetAsync($"{queue}/items?limit=2&cursor={Uri.EscapeDataString(first.GetProperty("next_cursor").GetString()!)}");
        Assert.Equal((2, 1), (first.GetProperty("items").GetArrayLength(), second.GetProperty("items").GetArrayLength()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
        using var gone = await workspace.Http.DeleteAsync($"{queue}/items/{second.GetProperty("items")[0].GetProperty("session_id").GetString()}", Cancel);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Equal(2, (await workspace.GetAsync($"{queue}/items?state=waiting")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task An_import_is_taken_back_by_its_number_but_for_what_somebody_has_reviewed_since()
    {
        using var workspace = await OpenAsync(app);
        var (reviewed, waiting) = (await workspace.AddAsync("a"), await workspace.AddAsync("b"));
        var queue = await AddAsync(workspace, """{"name":"q","reviews_per_session":1}""");
        await workspace.PostAsync($"{queue}/import", $$"""{"session_ids":["{{await workspace.AddAsync("before")}}"]}""");
        var imported = await workspace.PostAsync($"{queue}/import", $$"""{"session_ids":["{{reviewed}}","{{waiting}}"]}""");
        Assert.Equal(JsonValueKind.Null, (await workspace.PostAsync($"{queue}/import", $$"""{"session_ids":["{{reviewed}}"]}""")).GetProperty("import").ValueKind);
        await workspace.PostAsync($"{queue}/reviews", $$"""{"session_id":"{{reviewed}}","status":"golden"}""", HttpStatusCode.Created);

        var undo = $"{queue}/imports/{Number(imported, "import")}/undo";
        var undone = await workspace.PostAsync(undo, "{}");
        Assert.Equal((1, 1), (Number(undone, "removed"), Number(undone, "kept")));
        Assert.Equal(0, Number(await workspace.PostAsync(undo, "{}"), "removed"));
        Assert.DoesNotContain(waiting, (await workspace.GetAsync($"{queue}/items")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("session_id").GetString()));
        Assert.Equal(2, (await workspace.GetAsync($"{queue}/items")).GetProperty("items").GetArrayLength());

        using var stranger = await OpenAsync(app);
        await stranger.PostAsync(undo, "{}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Of_a_dataset_only_the_sessions_that_items_are_linked_to_go_in_and_the_others_are_counted_with_the_reason()
    {
        using var workspace = await OpenAsync(app);
        var session = await workspace.AddAsync("a");
        var dataset = await DatasetAsync(workspace.Slug, session);
        var queue = await AddAsync(workspace, """{"name":"q"}""");

        var imported = await workspace.PostAsync($"{queue}/import", $$"""{"dataset_id":"{{dataset}}"}""");
        Assert.Equal((1, 0, 1), (Number(imported, "added"), Number(imported, "already_there"), imported.GetProperty("not_linked").GetProperty("count").GetInt32()));
        Assert.Contains("not linked to a session", imported.GetProperty("not_linked").GetProperty("reason").GetString(), StringComparison.Ordinal);
        var job = await workspace.RunJobAsync($"{queue}/import", Json($$"""{"dataset_id":"{{dataset}}"}"""));
        Assert.Equal((0, 1), (Number(job.GetProperty("result"), "added"), Number(job.GetProperty("result"), "already_there")));
        Assert.Equal(session, (await workspace.GetAsync($"{queue}/items")).GetProperty("items")[0].GetProperty("session_id").GetString());

        // Another workspace's dataset is none.
        using var stranger = await OpenAsync(app);
        var other = await AddAsync(stranger, """{"name":"q"}""");
        Assert.Equal("unknown_dataset", Code(await stranger.PostAsync($"{other}/import", $$"""{"dataset_id":"{{dataset}}"}""", HttpStatusCode.UnprocessableEntity)));
    }

    [Theory]
    [InlineData("""{}""", "/name")]
    [InlineData("""{"name":"q","reviews_per_session":0}""", "/reviews_per_session")]
    [InlineData("""{"name":"q","reviews_per_session":"two"}""", "/reviews_per_session")]
    [InlineData("""{"name":"q","status":"shut"}""", "/status")]
    [InlineData("""{"name":"q","reservation_minutes":1000000}""", "/reservation_minutes")]
    [InlineData("""{"name":"q","reviewers":["key:nobody"]}""", "/reviewers/0")]
    [InlineData("""{"name":"q","color":"red"}""", "/color")]
    public async Task What_is_wrong_with_a_queue_is_422_with_its_place(string body, string path)
    {
        using var workspace = await OpenAsync(app);

        var problem = await workspace.PostAsync("/api/queues", body, HttpStatusCode.UnprocessableEntity);

        Assert.Equal(path, problem.GetProperty("errors")[0].GetProperty("path").GetString());
        Assert.Empty((await workspace.GetAsync("/api/queues")).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"status":"golden"}""", "/session_id")]
    [InlineData("""{"session_id":"{0}"}""", "")]
    [InlineData("""{"session_id":"{0}","status":"great"}""", "/status")]
    [InlineData("""{"session_id":"{0}","notes":"n"}""", "/status")]
    [InlineData("""{"session_id":"{0}","status":"golden","skip":"why"}""", "")]
    [InlineData("""{"session_id":"{0}","skip":" "}""", "/skip")]
    [InlineData("""{"session_id":"{0}","status":"golden","tags":["a",""]}""", "/tags/1")]
    [InlineData("""{"session_id":"{0}","status":"golden","eval_ready":true}""", "/eval_ready")]
    public async Task What_is_wrong_with_a_review_is_422_with_its_place(string body, string path)
    {
        using var workspace = await OpenAsync(app);
        var session = await workspace.AddAsync("a");
        var queue = await AddAsync(workspace, """{"name":"q"}""");
        await workspace.PostAsync($"{queue}/import", """{"filter":{}}""");

        var problem = await workspace.PostAsync($"{queue}/reviews", body.Replace("{0}", session, StringComparison.Ordinal), HttpStatusCode.UnprocessableEntity);

        Assert.Equal(path, problem.GetProperty("errors")[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task Settings_bind_a_closed_queue_takes_no_reviews_and_the_number_of_reviews_stays_once_one_is_in()
    {
        using var workspace = await OpenAsync(app);
        var session = await workspace.AddAsync("a");
        var queue = await AddAsync(workspace, """{"name":"q","reviews_per_session":2,"reviewers":["key:nobody else"]}""", HttpStatusCode.UnprocessableEntity);
        queue = await AddAsync(workspace, """{"name":"q","reviews_per_session":2}""");
        await workspace.PostAsync($"{queue}/import", """{"filter":{}}""");
        await workspace.PatchAsync(queue, """{"reviews_per_session":3,"instructions":"Be kind."}""");
        await workspace.PatchAsync(queue, """{"status":"closed"}""");
        var review = $$"""{"session_id":"{{session}}","status":"golden"}""";

        Assert.Equal("queue_closed", Code(await workspace.PostAsync($"{queue}/reviews", review, HttpStatusCode.Conflict)));
        Assert.Equal("queue_closed", Code(await workspace.GetAsync($"{queue}/next", HttpStatusCode.Conflict)));
        await workspace.PatchAsync(queue, """{"status":"open"}""");
        await workspace.PostAsync($"{queue}/reviews", review, HttpStatusCode.Created);
        Assert.Equal("has_reviews", Code(await workspace.PatchAsync(queue, """{"reviews_per_session":2}""", HttpStatusCode.Conflict)));
        var renamed = await workspace.PatchAsync(queue, """{"name":"Renamed","instructions":null}""");
        Assert.Equal(("Renamed", 3), (renamed.GetProperty("name").GetString(), Number(renamed, "reviews_per_session")));
        Assert.Equal(JsonValueKind.Null, renamed.GetProperty("instructions").ValueKind);
    }

    [Fact]
    public async Task Only_named_reviewers_review_and_only_the_scope_of_a_key_lets_it()
    {
        using var workspace = await OpenAsync(app);
        var session = await workspace.AddAsync("a");
        var person = await app.Data.PersonAsync();
        await app.Data.MemberAsync(workspace.Slug, person, WorkspaceRole.Reviewer);
        var queue = await AddAsync(workspace, $$"""{"name":"q","reviewers":["{{person.Email}}"]}""");
        await workspace.PostAsync($"{queue}/import", """{"filter":{}}""");

        await workspace.GetAsync($"{queue}/next", HttpStatusCode.Forbidden);
        await workspace.PostAsync($"{queue}/reviews", $$"""{"session_id":"{{session}}","status":"golden"}""", HttpStatusCode.Forbidden);
        using var reader = app.Client((await app.Data.KeyAsync(workspace.Slug, ApiKeyScopes.Read)).Secret);
        using var refused = await reader.GetAsync($"{queue}/next", Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var browser = await app.SignInAsync(person);
        Assert.Equal(session, (await ReadAsync(browser, $"{queue}/next?workspace={workspace.Slug}")).GetProperty("session_id").GetString());
    }

    [Fact]
    public async Task The_export_is_a_download_in_two_formats_and_a_deleted_queue_is_gone()
    {
        using var workspace = await OpenAsync(app);
        var session = await workspace.AddAsync("a");
        var queue = await AddAsync(workspace, """{"name":"Sums & more"}""");
        await workspace.PostAsync($"{queue}/import", """{"filter":{}}""");
        await workspace.PostAsync($"{queue}/reviews", $$"""{"session_id":"{{session}}","status":"correct","notes":"=2+2"}""", HttpStatusCode.Created);

        using var csv = await workspace.Http.GetAsync($"{queue}/export?format=csv", Cancel);
        Assert.Equal(("text/csv", "attachment"), (csv.Content.Headers.ContentType!.MediaType, csv.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Contains("correct,'=2+2,", await csv.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        var lines = await workspace.Http.GetStringAsync($"{queue}/export?format=jsonl", Cancel);
        using var line = JsonDocument.Parse(lines);
        Assert.Equal(("agreement", "=2+2"), (line.RootElement.GetProperty("result").GetProperty("via").GetString(), line.RootElement.GetProperty("reviews")[0].GetProperty("notes").GetString()));
        await workspace.GetAsync($"{queue}/export?format=xml", HttpStatusCode.BadRequest);

        using var deleted = await workspace.Http.DeleteAsync(queue, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await workspace.GetAsync(queue, HttpStatusCode.NotFound);
        Assert.Equal("correct", (await workspace.GetAsync($"/api/sessions/{session}")).GetProperty("eval_status").GetString());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A dataset with an item that is linked to a session, and one that is not.</summary>
    private Task<DatasetId> DatasetAsync(string slug, string session) => app.InWorkspaceAsync(slug, async services =>
    {
        var made = await services.GetRequiredService<DatasetEditing>().CreateAsync(new NewDataset("Sums"), Cancel);
        Assert.True(made.Succeeded(out var view, out var failure), failure?.Message);
        ItemWrite[] items =
        [
            new() { Origin = ItemOrigin.Clone, Item = new DatasetItem { Input = "2+2", Source = new ItemSource(SessionId.FromTrusted(session), []) } },
            new() { Origin = ItemOrigin.Manual, Item = new DatasetItem { Input = "3+3" } },
        ];
        Assert.Null((await services.GetRequiredService<ItemWriting>().WriteAsync(view.Row.Id, items.ToAsyncEnumerable(), new ItemWriteOptions(), Cancel)).Failure);
        return view.Row.Id;
    });

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static string? Code(JsonElement problem) => problem.GetProperty("code").GetString();

    /// <summary>Makes a queue; its address is the answer.</summary>
    private static async Task<string> AddAsync(ApiWorkspace workspace, string body, HttpStatusCode expected = HttpStatusCode.Created) =>
        await workspace.PostAsync("/api/queues", body, expected) is var queue && expected == HttpStatusCode.Created ? $"/api/queues/{queue.GetProperty("id").GetString()}" : "";

    private static async Task<JsonElement> ReadAsync(HttpClient http, string path)
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync(path, Cancel));
        return document.RootElement.Clone();
    }
}
