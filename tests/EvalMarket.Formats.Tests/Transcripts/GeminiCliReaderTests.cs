using EvalMarket.Formats.Sessions;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;

namespace EvalMarket.Formats.Tests.Transcripts;

public sealed class GeminiCliReaderTests
{
    [Fact]
    public async Task Replays_the_log_and_keeps_what_a_person_and_the_model_said()
    {
        var session = await ReadOneAsync("gemini-cli", Own("gemini-cli/session.jsonl"));

        Assert.Equal(
            [
                "user: Why does @cart.ts round down?", "assistant: Let me look.", "tool: Math.floor(sum)", "tool: exit 1", "assistant: It calls Math.floor.",
                "user: And this picture?", "assistant: A receipt.",
            ],
            Outline(session));
        Assert.Equal(("gem-1", "Rounding in the cart", "gemini-cli", "bookshop"), (session.ExternalId, session.Title, session.Source, session.Project));
        Assert.Equal(("gemini-3-pro", "google", 55_000L), (session.Model, session.Provider, session.DurationMs));
        Assert.Equal("main", session.Metadata!.Value.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Usage_counts_each_answer_once_and_rewound_ones_too()
    {
        var session = await ReadOneAsync("gemini-cli", Own("gemini-cli/session.jsonl"));

        Assert.Equal((1000 + 1107 + 1200 + 1300, 25 + 10 + 30 + 3), (session.PromptTokens, session.CompletionTokens));
        Assert.Equal((1400, 5), (session.Metadata!.Value.GetProperty("cached_tokens").GetInt32(), session.Metadata.Value.GetProperty("thought_tokens").GetInt32()));
        Assert.Equal(25, session.Messages[1].Tokens);
    }

    [Fact]
    public async Task Calls_have_their_results_and_thoughts_are_reasoning()
    {
        var messages = (await ReadOneAsync("gemini-cli", Own("gemini-cli/session.jsonl"))).Messages;

        Assert.Equal(
            [(MessagePartType.Reasoning, null), (MessagePartType.ToolCall, "read-1"), (MessagePartType.ToolCall, "run-1")],
            messages[1].Parts.Select(part => (part.Type, part.CallId)));
        Assert.Equal("Reading\nThe cart is small.", messages[1].Parts[0].Text);
        Assert.Equal("cart.ts", messages[1].Parts[1].Input!.Value.GetProperty("path").GetString());
        Assert.Equal([("g1#2", null), ("g1#3", true)], messages.Where(message => message.Role == MessageRole.Tool).Select(message => (message.ExternalId, message.Parts[0].IsError)));
        Assert.Equal(("image/png", "iVBORw0KGgo="), (messages[5].Parts[0].MimeType, messages[5].Parts[0].Data));
    }

    [Fact]
    public async Task Reads_the_one_document_of_older_versions()
    {
        var session = await ReadOneAsync("gemini-cli", Own("gemini-cli/session.json"));

        Assert.Equal(["user: Run the tests", "assistant: They pass."], Outline(session));
        Assert.Equal(("gem-2", 100, 10), (session.ExternalId, session.PromptTokens, session.CompletionTokens));
    }

    [Theory]
    [InlineData("""{"$rewindTo":"2"}""", "user: one")]
    [InlineData("""{"$rewindTo":"1"}""", "user: four")]
    [InlineData("""{"$rewindTo":"unknown"}""", "user: four")]
    [InlineData("""{"$rewindTo":7}""", "user: one|assistant: two|user: three")]
    [InlineData("""{"$set":{"messages":[{"id":"1","type":"user","content":"compressed"}]}}""", "user: compressed")]
    [InlineData("""{"$set":{"messages":[]}}""", "user: four")]
    [InlineData("""{"$set":{"messages":5}}""", "user: one|assistant: two|user: three")]
    [InlineData("""{"$set":[]}""", "user: one|assistant: two|user: three")]
    [InlineData("""{"id":"2","type":"gemini","content":"second thoughts"}""", "user: one|assistant: second thoughts|user: three")]
    [InlineData("""{"id":"3","type":"info","content":"taken back"}""", "user: one|assistant: two")]
    public async Task Changes_to_the_log_are_carried_out(string change, string expected)
    {
        var session = await ReadOneAsync("gemini-cli", Utf8(string.Join(
            '\n',
            """{"sessionId":"s","projectHash":"h"}""",
            """{"id":"1","type":"user","content":"one"}""",
            """{"id":"2","type":"gemini","content":"two"}""",
            """{"id":"3","type":"user","content":"three"}""",
            change,
            expected == "user: four" ? """{"id":"4","type":"user","content":"four"}""" : "{}")));

        Assert.Equal(expected, string.Join('|', Outline(session)));
    }

    [Theory]
    [InlineData("""{"type":"user","content":"/memory show"}""")]
    [InlineData("""{"type":"user","content":"? help"}""")]
    [InlineData("""{"type":"user","content":[{"text":"<hook_context>x</hook_context>"}]}""")]
    [InlineData("""{"type":"user","content":7,"displayContent":{}}""")]
    [InlineData("""{"type":"gemini","content":[7,null,{"text":[]}],"toolCalls":"x","thoughts":[{},7],"tokens":[1],"model":5}""")]
    [InlineData("""{"type":"info","content":"x"}""")]
    [InlineData("""{"type":["user"],"content":"x"}""")]
    public async Task What_is_no_message_makes_none(string line)
    {
        var session = await ReadOneAsync("gemini-cli", Utf8(line + "\n" + """{"type":"user","content":"hi"}"""));

        Assert.Equal(["user: hi"], Outline(session));
    }

    [Fact]
    public async Task What_a_main_agent_asks_its_sub_agent_is_no_prompt()
    {
        var session = await ReadOneAsync("gemini-cli", Utf8("""
            {"sessionId":"sub","projectHash":"h","kind":"subagent"}
            {"id":"1","type":"user","content":"Count the files."}
            {"id":"2","type":"gemini","content":"Three."}
            """));

        Assert.Equal(["system: Count the files.", "assistant: Three."], Outline(session));
        Assert.Equal("Count the files.", session.Title);
        Assert.Empty(Turns.Of(session.Messages));
    }

    [Fact]
    public async Task A_torn_first_line_loses_that_line_only()
    {
        var records = await ReadAsync("gemini-cli", Utf8("""
            {"sessionId":"s","projec
            {"type":"user","content":"hi"}
            {"type":"gemini","content":"ho"}
            {"type":
            """));

        Assert.Equal([1L, 4L], records.Where(record => record.Error is not null).Select(record => record.Error!.Line!.Value));
        Assert.Equal(["user: hi", "assistant: ho"], Outline(Assert.Single(records, record => record.Session is not null).Session!));
    }

    [Fact]
    public async Task Counts_beyond_all_measure_are_left_out()
    {
        const string Line = """{"type":"gemini","content":"x","tokens":{"input":9223372036854775807,"output":9223372036854775807,"thoughts":9223372036854775807,"cached":1e999,"tool":-1}}""";

        var session = await ReadOneAsync("gemini-cli", Utf8(Line + "\n" + Line));

        Assert.Equal((0L, 0L), (session.PromptTokens, session.CompletionTokens));
    }

    [Fact]
    public async Task Documents_of_several_sessions_in_one_file_are_as_many_sessions()
    {
        var document = Own("gemini-cli/session.json");
        var other = System.Text.Encoding.UTF8.GetString(document).Replace("gem-2", "gem-3", StringComparison.Ordinal);

        var records = await ReadAsync("gemini-cli", [.. document, .. Utf8(other)]);

        Assert.Equal(["gem-2", "gem-3"], records.Select(record => record.Session!.ExternalId));
    }

    [Theory]
    [InlineData("agent-sessions-jsonl_v040.jsonl", "gemini_stage0_jsonl: Say hello and list files. = 1", 23924, 228)]
    [InlineData("agent-sessions-large.json", "session-2025-12-16T23-47-b4f17607: Run a command / Step 1 = 2", 100, 10)]
    [InlineData("agentsview-standard_session.json", "sess-uuid-1: Fix the login bug / That looks right = 2", 3500, 650)]
    [InlineData("agentsview-thinking_only.json", "sess-uuid-thinking: Explain how this works = 1", null, null)]
    [InlineData("agentsview-tool_calls.json", "sess-uuid-2: Read this file = 1", null, null)]
    [InlineData("ccl-session-sample.jsonl", "session-123: What is the capital of France? / What is its population? = 2", 230, 90)]
    public async Task Real_files_give_their_prompts_and_usage(string file, string expected, int? promptTokens, int? completionTokens)
    {
        var content = Shared("gemini/" + file);

        Assert.Equal("gemini-cli", Detect(content, file).Reader?.Format);
        var record = Assert.Single(await ReadAsync("gemini-cli", content));
        Assert.Equal(expected, PromptsAndPairs(record));
        Assert.Equal((promptTokens, completionTokens), (record.Session!.PromptTokens, record.Session.CompletionTokens));
    }
}
