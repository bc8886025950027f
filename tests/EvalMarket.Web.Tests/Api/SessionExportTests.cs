using System.Net;
using System.Text.Json;
using EvalMarket.TestKit;
using static EvalMarket.Web.Tests.Api.ApiWorkspace;

namespace EvalMarket.Web.Tests.Api;

public sealed class SessionExportTests(TestApp app) : IClassFixture<TestApp>
{
    private const string DeepEval = """
        [
        {"input":"First question","actual_output":"First answer","expected_output":null,"context":["Be brief.","Hello, how can I help?"],"retrieval_context":[]},
        {"input":"Second\n\nand third","actual_output":"Last \"word\" 😀","expected_output":"Expected","context":["Be brief.","Hello, how can I help?","First question","Looking…","ls: src","First answer"],"retrieval_context":[]},
        {"input":"Hi","actual_output":"Ho","expected_output":null,"context":[],"retrieval_context":[]}
        ]

        """;

    private const string OpenAi = """
        {"messages":[{"role":"system","content":"Be brief."},{"role":"assistant","content":"Hello, how can I help?"},{"role":"user","content":"First question"},{"role":"assistant","content":"Looking…"},{"role":"tool","content":"ls: src"},{"role":"assistant","content":"First answer"},{"role":"user","content":"Second"},{"role":"user","content":"and third"},{"role":"assistant","content":"Last \"word\" 😀"},{"role":"user","content":"Unanswered"}]}
        {"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}]}

        """;

    private const string Text = """
        ## Session: Fix the build

        **Assistant:** Hello, how can I help?

        **User:** First question

        **Assistant:** Looking…

        **Assistant:** First answer

        **User:** Second

        **User:** and third

        **Assistant:** Last "word" 😀

        **User:** Unanswered

        ---
        Tokens: 4,521 | Cost: $0.08 | Model: m-1
        Status: golden | Tags: debugging, auth

        ## Session: Hi

        **User:** Hi

        **Assistant:** Ho

        ---
        Status: needs_review

        """;

    private static async Task<ApiWorkspace> WithSamplesAsync(TestApp app)
    {
        var workspace = await OpenAsync(app);
        // Sent newest first: exports go by created_at.
        await workspace.PostAsync("/api/sessions", $$$"""
            {"sessions":[
            {{{Session("small", "Hi", "Ho", "\"created_at\":\"2026-02-01T00:00:00Z\",\"eval_ready\":true,\"source\":\"codex\"")}}},
            {"external_id":"big","title":"Fix the build","model":"m-1","prompt_tokens":4000,"completion_tokens":521,"cost":0.08,"created_at":"2026-01-01T00:00:00Z",
             "eval_ready":true,"eval_status":"golden","eval_tags":["debugging","auth"],"expected_output":"Expected","messages":[
             {"role":"system","content":"Be brief."},{"role":"assistant","content":"Hello, how can I help?"},
             {"role":"user","content":"First question"},{"role":"assistant","content":"Looking…","parts":[{"type":"tool_call","call_id":"1","name":"ls","input":{}}]},
             {"role":"tool","content":"ls: src"},{"role":"assistant","content":"First answer"},
             {"role":"user","content":"Second"},{"role":"user","content":"and third"},{"role":"assistant","content":"Last \"word\" 😀"},
             {"role":"user","content":"Unanswered"}]},
            {{{Session("not ready", more: "\"eval_status\":\"golden\"")}}}
            ]}
            """);
        return workspace;
    }

    [Theory]
    [InlineData("deepeval", DeepEval, "application/json", "json")]
    [InlineData("openai", OpenAi, "application/x-ndjson", "jsonl")]
    [InlineData("text", Text, "text/plain", "txt")]
    public async Task Eval_ready_sessions_go_out_oldest_first_in_each_format(string format, string expected, string mediaType, string extension)
    {
        using var workspace = await WithSamplesAsync(app);

        using var answer = await workspace.Http.GetAsync($"/api/export?format={format}");
        var body = await answer.Content.ReadAsStringAsync();

        Assert.Equal(expected.ReplaceLineEndings("\n"), body);
        Assert.Equal(mediaType, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Matches($"^evalmarket-{workspace.Slug}-{format}-\\d{{8}}\\.{extension}$", answer.Content.Headers.ContentDisposition?.FileNameStar ?? answer.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("2", Assert.Single(answer.Headers.GetValues("X-Export-Sessions")));
        Assert.Equal("3", Assert.Single(answer.Headers.GetValues("X-Export-Turns")));
        Assert.Equal(body, await workspace.Http.GetStringAsync($"/api/export?format={format}"));
    }

    [Theory]
    [InlineData("limit=1", 1, "First question")]
    [InlineData("status=needs_review", 1, "Hi")]
    [InlineData("tag=auth", 1, "First question")]
    [InlineData("source=codex", 1, "Hi")]
    [InlineData("q=question", 1, "First question")]
    [InlineData("to=2026-01-31", 1, "First question")]
    [InlineData("eval_ready=true", 2, "First question")]
    public async Task Filters_of_the_list_narrow_the_export(string query, int sessions, string first)
    {
        using var workspace = await WithSamplesAsync(app);

        using var answer = await workspace.Http.GetAsync($"/api/export?format=deepeval&{query}");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal($"{sessions}", Assert.Single(answer.Headers.GetValues("X-Export-Sessions")));
        Assert.Equal(Assert.Single(answer.Headers.GetValues("X-Export-Turns")), $"{body.RootElement.GetArrayLength()}");
        Assert.Equal(first, body.RootElement[0].GetProperty("input").GetString());
    }

    [Fact]
    public async Task Named_sessions_go_out_and_those_that_are_not_ready_never_do()
    {
        using var workspace = await WithSamplesAsync(app);
        var items = (await workspace.GetAsync("/api/sessions")).GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("external_id").GetString()!, item => item.GetProperty("id").GetString()!);

        using var answer = await workspace.Http.GetAsync($"/api/export?format=text&session_ids={items["small"]}&session_ids={items["not ready"]}&session_ids={items["small"]}");

        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("X-Export-Sessions")));
        Assert.StartsWith("## Session: Hi\n", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("-selection-", answer.Content.Headers.ContentDisposition?.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deepeval", "[]")]
    [InlineData("openai", "")]
    [InlineData("text", "")]
    public async Task No_match_gives_an_empty_valid_file(string format, string expected)
    {
        using var workspace = await WithSamplesAsync(app);
        foreach (var filter in new[] { "status=incorrect", "eval_ready=false", "session_ids=ses_01h455vb4pex5vsknk084sn02q" })
        {
            using var answer = await workspace.Http.GetAsync($"/api/export?format={format}&{filter}");

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("0", Assert.Single(answer.Headers.GetValues("X-Export-Sessions")));
            Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("", "format")]
    [InlineData("?format=", "format")]
    [InlineData("?format=xml", "format")]
    [InlineData("?format=text&limit=0", "limit")]
    [InlineData("?format=text&session_ids=nonsense", "session_ids")]
    [InlineData("?format=text&colour=red", "colour")]
    public async Task A_parameter_that_is_wrong_is_400_and_named(string query, string parameter)
    {
        using var workspace = await OpenAsync(app);

        var problem = await workspace.GetAsync($"/api/export{query}", HttpStatusCode.BadRequest);

        Assert.Equal(parameter, problem.GetProperty("errors")[0].GetProperty("parameter").GetString());
    }

    [Fact]
    public async Task An_export_over_several_pages_holds_every_session_once_in_order()
    {
        using var workspace = await OpenAsync(app);
        await workspace.PostLinesAsync(string.Join('\n', Enumerable.Range(0, 1203).Select(i => Session($"s{i}", $"q{i}", more: $"\"eval_ready\":true,\"created_at\":\"2026-01-01T00:00:{i / 100:D2}Z\""))));

        using var answer = await workspace.Http.GetAsync("/api/export?format=deepeval");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var order = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await workspace.GetAsync($"/api/sessions?limit=1000{cursor}");
            order.AddRange(page.GetProperty("items").EnumerateArray().Select(item => $"q{item.GetProperty("external_id").GetString()![1..]}"));
            cursor = page.GetProperty("next_cursor") is { ValueKind: JsonValueKind.String } next ? $"&cursor={next.GetString()}" : null;
        }

        order.Reverse();
        Assert.Equal("1203", Assert.Single(answer.Headers.GetValues("X-Export-Sessions")));
        Assert.Equal(order, body.RootElement.EnumerateArray().Select(turn => turn.GetProperty("input").GetString()!));
    }
}
