using System.Net;
using System.Text.Json.Nodes;
using EvalMarket.TestKit;
using static EvalMarket.Web.Tests.Api.ApiWorkspace;

namespace EvalMarket.Web.Tests.Api;

public sealed class SessionTranscriptTests(TestApp app) : IClassFixture<TestApp>
{
    private static readonly string Claude = string.Join('\n',
    [
        """{"type":"user","uuid":"u1","parentUuid":null,"sessionId":"c-1","timestamp":"2026-01-02T03:04:05Z","cwd":"/home/ann/web","version":"2.0.0","message":{"role":"user","content":"Why does it fail?"}}""",
        """{"type":"assistant","uuid":"u2","parentUuid":"u1","sessionId":"c-1","timestamp":"2026-01-02T03:04:09Z","cwd":"/home/ann/web","version":"2.0.0","message":{"id":"m","role":"assistant","model":"claude-x","content":[{"type":"text","text":"A null."}],"usage":{"input_tokens":10,"output_tokens":4}}}""",
    ]);

    private static readonly string Codex = string.Join('\n',
    [
        """{"timestamp":"2026-01-03T03:04:05Z","type":"session_meta","payload":{"id":"x-1","timestamp":"2026-01-03T03:04:05Z","cwd":"/home/ann/api","originator":"codex_cli_rs","cli_version":"0.50.0"}}""",
        """{"timestamp":"2026-01-03T03:04:06Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"List the files"}]}}""",
        """{"timestamp":"2026-01-03T03:04:07Z","type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"There are two."}]}}""",
    ]);

    private static readonly string OpenAi = string.Join('\n',
    [
        """{"messages":[{"role":"user","content":"2+2"},{"role":"assistant","content":"4"}]}""",
        """{"messages":[{"role":"user","content":"3+3"},{"role":"assistant","content":"6"}]}""",
    ]);

    [Fact]
    public async Task Files_of_several_tools_are_recognised_by_their_content()
    {
        using var workspace = await OpenAsync(app);

        var answer = await workspace.ImportAsync([("a.jsonl", Claude), ("b.jsonl", Codex), ("c.jsonl", OpenAi), ("d.jsonl", Session("own", more: "\"source\":\"mine\""))]);

        Assert.Equal((5, 0, 0), Counts(answer));
        Assert.Empty(answer.GetProperty("errors").EnumerateArray());
        var sources = (await workspace.GetAsync("/api/sessions")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("source").GetString()!);
        Assert.Equal(["claude-code", "codex", "mine", "openai-messages", "openai-messages"], sources.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_same_files_again_change_nothing()
    {
        using var workspace = await OpenAsync(app);
        await workspace.ImportAsync([("a.jsonl", Claude), ("b.jsonl", Codex), ("c.jsonl", OpenAi)]);

        Assert.Equal((0, 0, 4), Counts(await workspace.ImportAsync([("a.jsonl", Claude), ("b.jsonl", Codex), ("c.jsonl", OpenAi)])));
    }

    [Fact]
    public async Task A_named_format_is_taken_at_its_word_and_an_unknown_one_refused()
    {
        using var workspace = await OpenAsync(app);

        Assert.Equal((2, 0, 0), Counts(await workspace.ImportAsync([("x", OpenAi)], "openai-messages")));
        var problem = await workspace.ImportAsync([("x", OpenAi)], "wordperfect", HttpStatusCode.UnprocessableEntity);
        Assert.Equal("/format", problem.GetProperty("errors")[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task Errors_name_file_and_line_and_do_not_keep_the_good_sessions_out()
    {
        using var workspace = await OpenAsync(app);

        var answer = await workspace.ImportAsync([("good.jsonl", OpenAi), ("half.jsonl", $"{Session("a")}\nnonsense\n{Session("b")}"), ("diary.txt", "Dear diary")]);

        Assert.Equal((4, 0, 0), Counts(answer));
        var errors = answer.GetProperty("errors").EnumerateArray().ToList();
        // Files are read in the order of their names.
        Assert.Equal(["diary.txt", "half.jsonl"], errors.Select(error => error.GetProperty("file").GetString()!));
        Assert.Equal(2, errors[1].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task A_file_that_no_reader_knows_is_422_and_the_message_says_what_it_is()
    {
        using var workspace = await OpenAsync(app);

        var problem = await workspace.ImportAsync([("page.html", "<!DOCTYPE html><html></html>")], expected: HttpStatusCode.UnprocessableEntity);

        Assert.Contains("HTML", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_or_with_an_unknown_field_the_form_is_refused()
    {
        using var workspace = await OpenAsync(app);
        using var form = Multipart([("a.jsonl", OpenAi)]);
        form.Add(new StringContent("1"), "colour");

        using var unknown = await workspace.Http.PostAsync("/api/sessions/import", form);
        await workspace.ImportAsync([], "codex", HttpStatusCode.UnprocessableEntity);
        using var json = Json("{}");
        using var wrong = await workspace.Http.PostAsync("/api/sessions/import", json);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrong.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_form_that_breaks_off_is_the_senders_mistake(bool isForAJob)
    {
        using var workspace = await OpenAsync(app);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sessions/import")
        {
            Content = new StringContent($"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\n\r\n{OpenAi}\n"),
        };
        request.Content.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        if (isForAJob)
            request.Headers.TryAddWithoutValidation("Prefer", "respond-async");

        using var answer = await workspace.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_folder_of_more_than_a_thousand_files_comes_in_one_request()
    {
        using var workspace = await OpenAsync(app);

        var answer = await workspace.ImportAsync(Enumerable.Range(0, 1100).Select(i => ($"{i}.jsonl", Session($"s-{i}", more: "\"eval_ready\":false"))));

        Assert.Equal((1100, 0, 0), Counts(answer));
    }

    [Fact]
    public async Task Uploaded_files_can_be_imported_as_a_job()
    {
        using var workspace = await OpenAsync(app);
        using var form = Multipart([("a.jsonl", Claude), ("bad.txt", "Dear diary"), ("c.jsonl", OpenAi)]);

        var job = await workspace.RunJobAsync("/api/sessions/import", form);

        Assert.Equal("completed", job.GetProperty("status").GetString());
        Assert.Equal((3, 0, 0), Counts(job.GetProperty("result")));
        Assert.Equal("bad.txt", job.GetProperty("result").GetProperty("errors")[0].GetProperty("file").GetString());
    }

    [Fact]
    public async Task An_import_of_our_own_file_brings_the_labels_along()
    {
        using var workspace = await OpenAsync(app);
        var line = JsonNode.Parse(Session("a"))!.AsObject();
        line["eval_ready"] = true;
        line["eval_status"] = "golden";
        line["eval_tags"] = new JsonArray("x", "y");
        line["something_else"] = 5;

        var answer = await workspace.ImportAsync([("own.jsonl", line.ToJsonString())]);

        var session = await workspace.GetAsync($"/api/sessions/{answer.GetProperty("ids")[0].GetString()}");
        Assert.Equal("golden", session.GetProperty("eval_status").GetString());
        Assert.Equal(["x", "y"], Strings(session.GetProperty("eval_tags")));
        Assert.Equal(5, session.GetProperty("metadata").GetProperty("something_else").GetInt32());
    }
}
