using System.Net;
using System.Text.Json;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;
using static EvalMarket.Web.Tests.Api.ApiWorkspace;

namespace EvalMarket.Web.Tests.Api;

public sealed class SessionSendingTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task A_session_that_is_sent_can_be_read_with_everything_it_came_with()
    {
        using var workspace = await OpenAsync(app);
        var sent = await workspace.PostAsync("/api/sessions", """
            {"external_id":"a-1","title":"Fix the build","source":"my-tool","author":"ann","project":"web","model":"m-1","provider":"p","prompt_tokens":4000,
             "completion_tokens":521,"cost":0.0812,"duration_ms":900,"created_at":"2026-01-02T03:04:05.678Z","updated_at":"2026-01-02T04:00:00Z","metadata":{"x":[1,null]},
             "messages":[{"external_id":"m1","role":"system","content":"Be brief."},
               {"role":"user","content":"Why?","created_at":"2026-01-02T03:04:06Z","comments":["odd",{"text":"really","author":"bo"}],"tags":[{"name":"t","system":true}],"participant_data":{"a":1}},
               {"role":"assistant","content":"","parts":[{"type":"tool_call","call_id":"c","name":"ls","input":{"path":"."}}]},
               {"role":"tool","content":"src","parts":[{"type":"tool_result","call_id":"c","text":"src"}]},
               {"role":"assistant","content":"Because.","model":"m-2","tokens":3}]}
            """);
        Assert.Equal((1, 0, 0), Counts(sent));
        Assert.Empty(sent.GetProperty("errors").EnumerateArray());

        var id = Assert.Single(Strings(sent.GetProperty("ids")));
        var session = await workspace.GetAsync($"/api/sessions/{id}");

        Assert.Equal(id, session.GetProperty("id").GetString());
        Assert.Equal("a-1", session.GetProperty("external_id").GetString());
        Assert.Equal(4000, session.GetProperty("prompt_tokens").GetInt64());
        Assert.Equal(0.0812m, session.GetProperty("cost").GetDecimal());
        Assert.Equal("2026-01-02T03:04:05.678Z", session.GetProperty("created_at").GetString());
        Assert.Equal("{\"x\":[1,null]}", session.GetProperty("metadata").GetRawText());
        Assert.False(session.GetProperty("eval_ready").GetBoolean());
        Assert.Equal(JsonValueKind.Null, session.GetProperty("eval_status").ValueKind);
        var messages = session.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["system", "user", "assistant", "tool", "assistant"], messages.Select(message => message.GetProperty("role").GetString()!));
        Assert.Equal(["odd", "really"], messages[1].GetProperty("comments").EnumerateArray().Select(comment => comment.GetProperty("text").GetString()!));
        Assert.True(messages[1].GetProperty("tags")[0].GetProperty("system").GetBoolean());
        Assert.Equal("ls", messages[2].GetProperty("parts")[0].GetProperty("name").GetString());
        Assert.All(messages, message => Assert.StartsWith("msg_", message.GetProperty("id").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sent_again_a_session_is_unchanged_and_with_other_content_it_is_updated()
    {
        using var workspace = await OpenAsync(app);
        var first = await workspace.PostAsync("/api/sessions", Session("a"));
        var id = first.GetProperty("ids")[0].GetString()!;
        var before = (await workspace.GetAsync($"/api/sessions/{id}")).GetRawText();

        var again = await workspace.PostAsync("/api/sessions", Session("a"));
        var unchanged = (await workspace.GetAsync($"/api/sessions/{id}")).GetRawText();
        var other = await workspace.PostAsync("/api/sessions", Session("a", answer: "Hi there!"));

        Assert.Equal((0, 0, 1), Counts(again));
        Assert.Equal(before, unchanged);
        Assert.Equal((0, 1, 0), Counts(other));
        Assert.Equal([id], Strings(again.GetProperty("ids")));
        Assert.Equal([id], Strings(other.GetProperty("ids")));
        Assert.Equal("Hi there!", (await workspace.GetAsync($"/api/sessions/{id}")).GetProperty("messages")[1].GetProperty("content").GetString());
    }

    [Fact]
    public async Task Labels_comments_and_message_ids_survive_a_re_import()
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a");
        var message = (await workspace.GetAsync($"/api/sessions/{id}")).GetProperty("messages")[1].GetProperty("id").GetString();
        await workspace.PatchAsync($"/api/sessions/{id}", """{"eval_ready":true,"eval_status":"golden","eval_notes":"good","eval_tags":["z","a"],"expected_output":"Hi."}""");
        await workspace.PostAsync($"/api/sessions/{id}/messages/{message}/comments", """{"text":"look"}""", HttpStatusCode.Created);
        await workspace.PostAsync($"/api/sessions/{id}/messages/{message}/tags", """{"name":"fine"}""", HttpStatusCode.Created);

        await workspace.PostAsync("/api/sessions", Session("a", answer: "Hello!", more: "\"eval_status\":\"incorrect\",\"title\":\"Other\""));
        var session = await workspace.GetAsync($"/api/sessions/{id}");

        Assert.Equal("Other", session.GetProperty("title").GetString());
        Assert.True(session.GetProperty("eval_ready").GetBoolean());
        Assert.Equal("golden", session.GetProperty("eval_status").GetString());
        Assert.Equal("good", session.GetProperty("eval_notes").GetString());
        Assert.Equal(["z", "a"], Strings(session.GetProperty("eval_tags")));
        Assert.Equal("Hi.", session.GetProperty("expected_output").GetString());
        var answer = session.GetProperty("messages")[1];
        Assert.Equal(message, answer.GetProperty("id").GetString());
        Assert.Equal("Hello!", answer.GetProperty("content").GetString());
        Assert.Equal("look", answer.GetProperty("comments")[0].GetProperty("text").GetString());
        Assert.Equal("fine", answer.GetProperty("tags")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Labels_that_come_with_a_new_session_follow_the_rules_of_labels()
    {
        using var workspace = await OpenAsync(app);
        var ready = await workspace.AddAsync("ready", "\"eval_ready\":true");
        var tagged = await workspace.AddAsync("tagged", "\"eval_tags\":[\"b\",\"a\",\"b\"]");

        var first = await workspace.GetAsync($"/api/sessions/{ready}");
        var second = await workspace.GetAsync($"/api/sessions/{tagged}");

        Assert.Equal("needs_review", first.GetProperty("eval_status").GetString());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("reviewed_at").ValueKind);
        Assert.Equal(["b", "a"], Strings(second.GetProperty("eval_tags")));
        Assert.Equal(JsonValueKind.String, second.GetProperty("reviewed_at").ValueKind);
    }

    [Fact]
    public async Task What_the_API_gives_out_can_be_sent_back_and_changes_nothing()
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a", "\"title\":\"T\",\"cost\":1.5,\"metadata\":{\"k\":\"v\"}");
        var given = (await workspace.GetAsync($"/api/sessions/{id}")).GetRawText();

        Assert.Equal((0, 0, 1), Counts(await workspace.PostAsync("/api/sessions", given)));
    }

    [Fact]
    public async Task A_comment_that_was_made_here_and_is_sent_back_with_its_session_stays_one_comment()
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a");
        var message = (await workspace.GetAsync($"/api/sessions/{id}")).GetProperty("messages")[1].GetProperty("id").GetString();
        await workspace.PostAsync($"/api/sessions/{id}/messages/{message}/comments", """{"text":"look"}""", HttpStatusCode.Created);
        var given = await workspace.GetAsync($"/api/sessions/{id}");

        await workspace.PostAsync("/api/sessions", given.GetRawText());

        Assert.Equal(given.GetProperty("messages").GetRawText(), (await workspace.GetAsync($"/api/sessions/{id}")).GetProperty("messages").GetRawText());
    }

    [Fact]
    public async Task Of_many_sessions_the_good_ones_land_and_the_bad_ones_are_listed_with_their_places()
    {
        using var workspace = await OpenAsync(app);

        var listed = await workspace.PostAsync("/api/sessions", $$"""{"sessions":[{{Session("a")}},{"external_id":"b","messages":[{"role":"robot","content":"x"}],"colour":1},{{Session("c")}}]}""");
        var lines = await workspace.PostLinesAsync($"{Session("d")}\n\n{{\"messages\":[]}}\nnot json\n{Session("a")}");

        Assert.Equal((2, 0, 0), Counts(listed));
        Assert.Equal(["/sessions/1/messages/0/role", "/sessions/1/colour"], listed.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()!));
        Assert.Equal((1, 0, 1), Counts(lines));
        Assert.Equal([3, 4], lines.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("line").GetInt32()));
        Assert.Equal(3, (await workspace.ListAsync("")).Count);
    }

    [Fact]
    public async Task When_no_session_is_good_the_answer_is_422_with_every_error()
    {
        using var workspace = await OpenAsync(app);

        var problem = await workspace.PostAsync("/api/sessions", """{"external_id":7,"title":[],"messages":[{"role":"user"},{"content":"x","extra":1}],"unknown":true}""", HttpStatusCode.UnprocessableEntity);
        var broken = await workspace.PostAsync("/api/sessions", "{\"messages\":[", HttpStatusCode.UnprocessableEntity);

        Assert.Equal("invalid_sessions", problem.GetProperty("code").GetString());
        Assert.Equal(
            ["/external_id", "/messages/0/content", "/messages/1/extra", "/messages/1/role", "/title", "/unknown"],
            problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal("invalid_sessions", broken.GetProperty("code").GetString());
        Assert.Empty(await workspace.ListAsync(""));
    }

    [Fact]
    public async Task Of_the_same_external_id_twice_in_a_request_the_later_one_counts()
    {
        using var workspace = await OpenAsync(app);

        var answer = await workspace.PostAsync("/api/sessions", $$"""{"sessions":[{{Session("a", answer: "one")}},{{Session("b")}},{{Session("a", answer: "two")}}]}""");

        Assert.Equal((2, 1, 0), Counts(answer));
        var ids = Strings(answer.GetProperty("ids"));
        Assert.Equal(2, ids.Count);
        Assert.Equal("two", (await workspace.GetAsync($"/api/sessions/{ids[0]}")).GetProperty("messages")[1].GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("a\\ud800b")]
    [InlineData("\\udc00")]
    [InlineData("\\ud83d\\ude00")]
    public async Task Characters_that_are_no_text_never_break_anything(string text)
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync($"x{text}".Replace("\\", "", StringComparison.Ordinal), $"\"title\":\"t{text}\",\"author\":\"{text}\",\"metadata\":{{\"{text}\":\"{text}\"}},\"eval_notes\":\"{text}\"");
        await workspace.PostAsync("/api/sessions", $"{{\"external_id\":\"e{text}\",\"messages\":[{{\"role\":\"user\",\"content\":\"c{text}\"}}]}}");
        var message = (await workspace.GetAsync($"/api/sessions/{id}")).GetProperty("messages")[0].GetProperty("id").GetString();

        var patched = await workspace.PatchAsync($"/api/sessions/{id}", $"{{\"eval_notes\":\"n{text}\",\"expected_output\":\"{text}\",\"eval_tags\":[\"g{text}\"]}}");
        await workspace.PostAsync("/api/sessions/bulk", $"{{\"filter\":{{\"author\":\"{text}\"}},\"add_tags\":[\"b{text}\"]}}");
        await workspace.PostAsync("/api/sessions/bulk", $"{{\"filter\":{{\"q\":\"{text}\"}},\"set\":{{\"eval_notes\":\"{text}\"}}}}");
        await workspace.PostAsync($"/api/sessions/{id}/messages/{message}/comments", $"{{\"text\":\"k{text}\"}}", HttpStatusCode.Created);
        await workspace.PostAsync($"/api/sessions/{id}/messages/{message}/tags", $"{{\"name\":\"k{text}\"}}", HttpStatusCode.Created);

        var expected = text.StartsWith("\\ud83d", StringComparison.Ordinal) ? "n\U0001F600" : $"n{text.Replace("\\u0000", "\uFFFD", StringComparison.Ordinal).Replace("\\ud800", "\uFFFD", StringComparison.Ordinal).Replace("\\udc00", "\uFFFD", StringComparison.Ordinal)}";
        Assert.Equal(expected, patched.GetProperty("eval_notes").GetString());
        await workspace.GetAsync($"/api/sessions/{id}");
    }

    [Theory]
    [InlineData("?q=%00")]
    [InlineData("?source=a%00b")]
    [InlineData("?tag=%00")]
    public async Task A_filter_with_a_character_that_is_no_text_is_refused(string query)
    {
        using var workspace = await OpenAsync(app);

        await workspace.GetAsync($"/api/sessions{query}", HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("\"prompt_tokens\":99999999999999999999")]
    [InlineData("\"cost\":1e300")]
    [InlineData("\"cost\":-1")]
    [InlineData("\"duration_ms\":1.5")]
    [InlineData("\"created_at\":\"2026-13-01T00:00:00Z\"")]
    [InlineData("\"created_at\":\"yesterday\"")]
    [InlineData("\"messages\":[],\"messages\":[]")]
    public async Task Values_beyond_what_can_be_kept_are_errors_with_a_place(string field)
    {
        using var workspace = await OpenAsync(app);

        var problem = await workspace.PostAsync("/api/sessions", Session("a", more: field), HttpStatusCode.UnprocessableEntity);

        Assert.NotEmpty(problem.GetProperty("errors").EnumerateArray());
    }

    [Theory]
    [InlineData("\"prompt_tokens\":1000000000000000,\"cost\":999999999.999999999")]
    [InlineData("\"created_at\":\"0001-01-01T00:00:00Z\"")]
    [InlineData("\"created_at\":\"1969-07-20T20:17:40Z\"")]
    [InlineData("\"created_at\":\"9999-12-31T23:59:59.999Z\"")]
    [InlineData("\"metadata\":{\"n\":1e400}")]
    [InlineData("\"title\":\"\"")]
    [InlineData("\"title\":\"!!! ??? …\"")]
    public async Task Odd_but_possible_values_are_kept_and_sending_them_again_changes_nothing(string field)
    {
        using var workspace = await OpenAsync(app);
        var json = Session("a", question: "!!!", answer: "???", more: field);
        var sent = await workspace.PostAsync("/api/sessions", json);

        Assert.Equal((1, 0, 0), Counts(sent));
        Assert.Equal((0, 0, 1), Counts(await workspace.PostAsync("/api/sessions", json)));
        await workspace.GetAsync($"/api/sessions/{sent.GetProperty("ids")[0].GetString()}");
    }

    [Fact]
    public async Task A_session_without_external_id_is_a_new_one_each_time()
    {
        using var workspace = await OpenAsync(app);
        const string Body = """{"messages":[{"role":"user","content":"x"}]}""";
        await workspace.PostAsync("/api/sessions", Body);
        await workspace.PostAsync("/api/sessions", Body);

        Assert.Equal(2, (await workspace.GetAsync("/api/sessions")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_job_gives_the_body_that_the_synchronous_answer_would_have_had()
    {
        using var first = await OpenAsync(app);
        using var second = await OpenAsync(app);
        var body = $$"""{"sessions":[{{Session("a")}},{"messages":[]},{{Session("b")}},{{Session("a", answer: "other")}}]}""";
        var now = await first.PostAsync("/api/sessions", body);

        var job = await second.RunJobAsync("/api/sessions", Json(body));

        Assert.Equal("completed", job.GetProperty("status").GetString());
        Assert.Equal("session_import", job.GetProperty("kind").GetString());
        Assert.Equal(job.GetProperty("total").GetInt64(), job.GetProperty("done").GetInt64());
        var later = job.GetProperty("result");
        Assert.Equal(Counts(now), Counts(later));
        Assert.Equal(now.EnumerateObject().Select(property => property.Name), later.EnumerateObject().Select(property => property.Name));
        Assert.Equal(now.GetProperty("errors").GetRawText(), later.GetProperty("errors").GetRawText());
        Assert.Equal(2, later.GetProperty("ids").GetArrayLength());
        Assert.False(Directory.Exists(Path.Combine(app.DataDirectory, "files", "w", second.Slug, "uploads")));
    }

    [Fact]
    public async Task One_session_and_NDJSON_can_be_sent_as_a_job_too()
    {
        using var workspace = await OpenAsync(app);

        var one = await workspace.RunJobAsync("/api/sessions", Json(Session("a")));
        using var lines = new StringContent($"{Session("b")}\n{Session("c")}\n", System.Text.Encoding.UTF8, "application/x-ndjson");
        var many = await workspace.RunJobAsync("/api/sessions", lines);

        Assert.Equal((1, 0, 0), Counts(one.GetProperty("result")));
        Assert.Equal((2, 0, 0), Counts(many.GetProperty("result")));
    }

    [Fact]
    public async Task A_job_of_which_nothing_can_be_taken_fails_and_says_why()
    {
        using var workspace = await OpenAsync(app);

        var job = await workspace.RunJobAsync("/api/sessions", Json("""{"messages":[]}"""));

        Assert.Equal("failed", job.GetProperty("status").GetString());
        Assert.NotEmpty(job.GetProperty("errors").EnumerateArray());
    }

    [Fact]
    public async Task A_key_without_the_scope_cannot_send_and_cannot_export()
    {
        using var reader = await OpenAsync(app, ApiKeyScopes.Read);

        var send = await reader.PostAsync("/api/sessions", Session("a"), HttpStatusCode.Forbidden);
        var export = await reader.GetAsync("/api/export?format=text", HttpStatusCode.Forbidden);

        Assert.Equal("write", send.GetProperty("scope").GetString());
        Assert.Equal("export", export.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task Another_media_type_is_415_and_a_body_too_large_for_a_change_of_labels_is_413()
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a");
        using var text = new StringContent("hello");
        using var refused = await workspace.Http.PostAsync("/api/sessions", text);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);

        await using var own = await TestApp.StartAsync(new Dictionary<string, string> { ["Limits:SyncBytes"] = "100" });
        using var narrow = await OpenAsync(own);
        var problem = await narrow.PatchAsync($"/api/sessions/{id}", $"{{\"eval_notes\":\"{new string('x', 200)}\"}}", HttpStatusCode.NotFound);
        Assert.Equal("not_found", problem.GetProperty("code").GetString());
        await narrow.PostAsync("/api/sessions/bulk", $"{{\"filter\":{{}},\"set\":{{\"eval_notes\":\"{new string('x', 200)}\"}}}}", HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_session_can_be_read_while_it_is_sent_anew()
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a");
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await workspace.AddAsync("a", answer: $"answer {i}");
        });

        for (var i = 0; i < 200; i++)
            await workspace.GetAsync($"/api/sessions/{id}");
        await stop.CancelAsync();
        await writing;
    }
}
