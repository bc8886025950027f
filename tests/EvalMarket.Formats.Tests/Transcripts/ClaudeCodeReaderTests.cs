using EvalMarket.Formats.Sessions;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;

namespace EvalMarket.Formats.Tests.Transcripts;

public sealed class ClaudeCodeReaderTests
{
    [Fact]
    public async Task Reads_a_rewound_session_along_its_active_path()
    {
        var session = await ReadOneAsync("claude-code", Own("claude-code/rewound.jsonl"));

        Assert.Equal(
            [
                "user: The cart total is wrong when a coupon is applied. Find out why.",
                "assistant: I will look at the cart.",
                "tool: export const total = (items, coupon) => sum(items) - coupon.amount * items.length",
                "assistant: The coupon is taken off once for every item.",
                "user: Take it off once, and add a test.",
                "assistant: Done: the coupon is taken off once, and `cart.test.ts` covers it.",
            ],
            Outline(session));
        Assert.Equal(
            [MessagePartType.Reasoning, MessagePartType.ToolCall],
            session.Messages[1].Parts.Select(part => part.Type));
        Assert.Equal(2, Turns.CountPairs(session.Messages));
    }

    [Fact]
    public async Task Says_where_a_session_comes_from_and_what_it_cost()
    {
        var session = await ReadOneAsync("claude-code", Own("claude-code/rewound.jsonl"));

        Assert.Equal("5b0e7c52-0001", session.ExternalId);
        // Two summaries, both of other sessions: the first prompt is the title.
        Assert.Equal("The cart total is wrong when a coupon is applied. Find out why.", session.Title);
        Assert.Equal(("claude-code", "bookshop", "claude-sonnet-4-20250514", "anthropic"), (session.Source, session.Project, session.Model, session.Provider));
        // Four message ids, msg_1 counted once with its last line; the abandoned answer was paid for, too.
        Assert.Equal((4 * (12 + 100 + 2000), 48 + 20 + 300 + 41), (session.PromptTokens, session.CompletionTokens));
        Assert.Equal(48, session.Messages[1].Tokens);
        Assert.Equal(new DateTimeOffset(2026, 2, 3, 9, 0, 5, TimeSpan.Zero), session.CreatedAt);
        Assert.Equal(45_000, session.DurationMs);
        Assert.Equal("main", session.Metadata!.Value.GetProperty("git_branch").GetString());
        Assert.Null(session.Cost);
        Assert.Equal(["u1", "msg_1", "r1", "msg_2", "u3", "msg_4"], session.Messages.Select(message => message.ExternalId));
    }

    [Fact]
    public async Task Keeps_the_results_of_parallel_tool_calls_although_they_fork_the_tree()
    {
        var session = await ReadOneAsync("claude-code", Own("claude-code/parallel-tools.jsonl"));

        Assert.Equal(
            ["user: Compare both login forms.", "assistant: Reading both.", "tool: <form id=\"a\">", "tool: No such file\n\nb.tsx", "assistant: Only the first exists."],
            Outline(session));
        Assert.Equal(["toolu_a", "toolu_b"], session.Messages[1].Parts.Select(part => part.CallId));
        Assert.Equal("b.tsx", session.Messages[1].Parts[1].Input!.Value.GetProperty("file_path").GetString());
        Assert.Equal([null, true], session.Messages.Where(message => message.Role == MessageRole.Tool).Select(message => message.Parts[0].IsError));
        Assert.Equal(("image/png", "iVBORw0KGgo="), (session.Messages[0].Parts[0].MimeType, session.Messages[0].Parts[0].Data));
    }

    [Fact]
    public async Task Goes_on_through_a_compaction_drops_repeated_history_and_bears_a_torn_last_line()
    {
        var records = await ReadAsync("claude-code", Own("claude-code/compacted.jsonl"));

        var session = Assert.Single(records, record => record.Session is not null).Session!;
        Assert.Equal(
            [
                "user: Plan the release of 2.0.", "assistant: Three steps: freeze, test, ship.", "user: Start with the freeze.",
                "assistant: Branch `release/2.0` is frozen.", "assistant: Nothing else is open.", "assistant: API Error: 529 overloaded",
            ],
            Outline(session));
        Assert.Equal("Release 2.0: plan and freeze", session.Title);
        Assert.Equal("claude-opus-4-20250514", session.Model);
        Assert.Null(session.Messages[^1].Model);
        Assert.Equal(25, session.CompletionTokens);
        var error = Assert.Single(records, record => record.Error is not null).Error!;
        Assert.Equal(12, error.Line);
        Assert.Contains("still being written", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_as_prompts_only_what_a_person_typed()
    {
        var session = await ReadOneAsync("claude-code", Own("claude-code/commands.jsonl"));

        Assert.Equal(["src/auth.ts", "Fix the first one"], Prompts(session));
        Assert.Equal(["Two findings.", "Fixed."], Turns.Of(session.Messages).Select(turn => turn.Output));
    }

    [Theory]
    [InlineData("<task-notification>\n<task-id>1</task-id></task-notification>")]
    [InlineData("<teammate-message teammate_id=\"bob\" color=\"blue\">\nDone.\n</teammate-message>")]
    [InlineData("Another Claude session sent a message:\n<teammate-message teammate_id=\"bob\">x</teammate-message>")]
    public async Task What_other_agents_send_is_no_prompt(string text)
    {
        var quoted = System.Text.Json.JsonSerializer.Serialize(text);
        var session = await ReadOneAsync("claude-code", Utf8(
            """
            {"type":"user","uuid":"1","parentUuid":null,"message":{"content":"one"}}
            {"type":"user","uuid":"2","parentUuid":"1","message":{"content":@}}
            {"type":"assistant","uuid":"3","parentUuid":"2","message":{"content":"first"}}
            """.Replace("@", quoted, StringComparison.Ordinal)));

        Assert.Equal(["user: one", "assistant: first"], Outline(session));
    }

    [Fact]
    public async Task A_sub_agents_file_is_a_session_of_its_own()
    {
        var session = await ReadOneAsync("claude-code", Own("claude-code/agent-a77f01.jsonl"));

        Assert.Equal("5b0e7c52-0001/a77f01", session.ExternalId);
        // The main agent asked, not a person: there is no turn.
        Assert.Equal(["system: List every caller of total().", "assistant: cart.ts and invoice.ts."], Outline(session));
        Assert.Equal("agent", session.Messages[0].ParticipantData!.Value.GetProperty("sender").GetString());
        Assert.Empty(Turns.Of(session.Messages));
        Assert.Equal("List every caller of total().", session.Title);
        Assert.Equal("a77f01", session.Metadata!.Value.GetProperty("agent_id").GetString());
        Assert.Equal("5b0e7c52-0001", session.Metadata!.Value.GetProperty("parent_session_id").GetString());
    }

    [Fact]
    public async Task Falls_back_to_the_order_of_the_file_when_the_tree_is_broken()
    {
        var session = await ReadOneAsync("claude-code", Utf8(
            """
            {"type":"user","uuid":"1","parentUuid":null,"sessionId":"s","message":{"content":"one"}}
            {"type":"assistant","uuid":"2","parentUuid":"1","sessionId":"s","message":{"content":"first"}}
            {"type":"user","uuid":"3","parentUuid":"gone","sessionId":"s","message":{"content":"two"}}
            {"type":"assistant","uuid":"4","parentUuid":"3","sessionId":"s","message":{"content":"second"}}
            """));

        Assert.Equal(["user: one", "assistant: first", "user: two", "assistant: second"], Outline(session));
    }

    [Fact]
    public async Task A_tree_that_bites_its_tail_does_not_hang_the_reader()
    {
        var session = await ReadOneAsync("claude-code", Utf8(
            """
            {"type":"user","uuid":"1","parentUuid":"2","message":{"content":"one"}}
            {"type":"assistant","uuid":"2","parentUuid":"1","message":{"content":"first"}}
            """));

        Assert.Equal(2, session.Messages.Count);
        Assert.StartsWith("sha256:", session.ExternalId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rewind_to_the_very_first_prompt_leaves_the_first_attempt_out()
    {
        var session = await ReadOneAsync("claude-code", Utf8(
            """
            {"type":"user","uuid":"1","parentUuid":null,"message":{"content":"write it in Perl"}}
            {"type":"assistant","uuid":"2","parentUuid":"1","message":{"content":"use strict;"}}
            {"type":"user","uuid":"3","parentUuid":null,"message":{"content":"write it in C#"}}
            {"type":"assistant","uuid":"4","parentUuid":"3","message":{"content":"namespace"}}
            """));

        Assert.Equal(["user: write it in C#", "assistant: namespace"], Outline(session));
    }

    [Fact]
    public async Task A_person_s_own_title_wins_and_long_ones_are_cut_at_a_word()
    {
        var prompt = string.Join(' ', Enumerable.Repeat("redirect\n loop", 40));
        var line = $$$"""{"type":"user","uuid":"1","parentUuid":null,"message":{"content":{{{System.Text.Json.JsonSerializer.Serialize(prompt)}}}}}""";

        var cut = (await ReadOneAsync("claude-code", Utf8(line))).Title!;
        var named = await ReadOneAsync("claude-code", Utf8(line + "\n" + """{"type":"custom-title","customTitle":"Login"}""" + "\n" + """{"type":"ai-title","aiTitle":"Loop"}"""));

        Assert.InRange(cut.Length, 100, 120);
        Assert.EndsWith("loop…", cut, StringComparison.Ordinal);
        Assert.Equal("Login", named.Title);
    }

    [Fact]
    public async Task Costs_of_older_versions_are_added_once_a_message()
    {
        var session = await ReadOneAsync("claude-code", Utf8(
            """
            {"type":"user","message":{"content":"hi"}}
            {"type":"assistant","costUSD":0.05,"message":{"id":"m","content":[{"type":"text","text":"a"}],"usage":{"input_tokens":5,"output_tokens":1}}}
            {"type":"assistant","costUSD":0.05,"message":{"id":"m","content":[{"type":"text","text":"b"}],"usage":{"input_tokens":5,"output_tokens":9}}}
            {"type":"assistant","costUSD":0.03,"message":{"id":"n","content":"c"}}
            """));

        Assert.Equal((0.08m, 5, 9), (session.Cost, session.PromptTokens, session.CompletionTokens));
        Assert.Equal(["user: hi", "assistant: a\n\nb", "assistant: c"], Outline(session));
    }

    [Fact]
    public async Task Sessions_without_an_id_are_named_by_their_beginning_so_that_a_grown_file_is_the_same_session()
    {
        const string First = """{"type":"user","timestamp":"2026-02-03T09:00:00Z","message":{"content":"Hello"}}""";
        const string More = "\n" + """{"type":"assistant","timestamp":"2026-02-03T09:00:09Z","message":{"content":"Hi"}}""";
        const string Timeless = """{"type":"user","message":{"content":"Hello"}}""";

        var begun = await ReadOneAsync("claude-code", Utf8(First));
        var grown = await ReadOneAsync("claude-code", Utf8(First + More));
        Assert.Equal(begun.ExternalId, grown.ExternalId);

        var one = await ReadOneAsync("claude-code", Utf8(Timeless));
        var other = await ReadOneAsync("claude-code", Utf8(Timeless + More));
        Assert.NotEqual(one.ExternalId, other.ExternalId);
    }

    // Prompts and usage read off the files by hand and by a script of its own, not by this reader.
    [Theory]
    [InlineData("real/headless/256ba646-2c15-437a-98e9-4171aafd030e.jsonl", 1, 87080, 53, "Search if claude -p can make use of WebSearch and Task tool.")]
    [InlineData("real/jssoundrecorder/7acd37a8-2745-4b58-a8a9-46164b22ad9e.jsonl", 5, 1687656, 20797, "OK, so this was just so you know what there is now")]
    [InlineData("real/log-sample/0d3a8e6f-290f-4105-a327-a2496e5e2a83.jsonl", 4, 434223, 5057, "Hey Claude, I'd like your help with refactoring the timeline filtering")]
    [InlineData("real/log-sample/12a546d1-83a7-49a6-abba-5400db340b43.jsonl", 1, 1196398, 6064, "We've just done a big refactoring")]
    [InlineData("real/log-sample/326189cf-5676-4237-8cde-1ce80aae4a9f.jsonl", 1, 324842, 487, "please fix these")]
    [InlineData("real/log-sample/aa5c5ada-4f1e-4b7f-9d1f-c496b3badde5.jsonl", 1, 632456, 1363, "Can you please add tests for the new cache version")]
    [InlineData("real/log-sample/fe869ecb-c176-478f-9734-7e4b8ef12cff.jsonl", 2, 1249197, 2201, "Hey Claude, can you please add a Github Action")]
    [InlineData("real/subagents/ef958aa1-0e93-49f0-bb71-150f63befcd1.jsonl", 2, 832157, 22901, "OK, we're going to make a little experiment here.")]
    [InlineData("real/two-models/b25638d7-b104-4f06-a797-70ac33d069ed.jsonl", 1, 394963, 759, "Oh, I just found out that this is not supported by Chrome")]
    [InlineData("real/viewer-sample/5c0375b4-57a5-4f26-b12d-d022ee4e51b7.jsonl", 1, 372135, 3629, "@CLAUDE.md を最新の状態にアップデートしてください")]
    [InlineData("fixtures/ccl-dag_resume.jsonl", 5, 45, 23, "Start")]
    [InlineData("fixtures/simonw-sample_session.jsonl", 2, null, null, "Create a hello world function")]
    [InlineData("fixtures/toktrack-claude-sample.jsonl", 1, 780, 325, "Hello")]
    [InlineData("fixtures/claude-replay-system-tags.jsonl", 5, null, null, "Before reminder\nAfter reminder")]
    public async Task Reads_real_files(string path, int prompts, int? promptTokens, int? completionTokens, string firstPrompt)
    {
        var session = await ReadOneAsync("claude-code", Shared("claude-code/" + path));

        var found = Prompts(session);
        Assert.Equal(prompts, found.Count);
        Assert.StartsWith(firstPrompt, found[0], StringComparison.Ordinal);
        Assert.Equal((promptTokens, completionTokens), ((int?)session.PromptTokens, (int?)session.CompletionTokens));
        Assert.DoesNotContain(session.Messages, message => message.Model == "<synthetic>");
    }

    [Theory]
    [InlineData("real/log-sample/agent-3be551df.jsonl", 3811, 247, "Warmup")]
    [InlineData("real/subagents/ef958aa1-0e93-49f0-bb71-150f63befcd1/subagents/agent-a52886dc180afb356.jsonl", 516270, 6475, "You are **bob**, a teammate")]
    public async Task Reads_real_sub_agents_without_taking_the_main_agent_for_a_person(string path, int promptTokens, int completionTokens, string title)
    {
        var session = await ReadOneAsync("claude-code", Shared("claude-code/" + path));

        Assert.Empty(Turns.Of(session.Messages));
        Assert.StartsWith(title, session.Title, StringComparison.Ordinal);
        Assert.Equal((promptTokens, completionTokens), ((int?)session.PromptTokens, (int?)session.CompletionTokens));
    }

    [Fact]
    public async Task Every_tool_result_of_a_real_session_has_its_call()
    {
        var session = await ReadOneAsync("claude-code", Shared("claude-code/real/subagents/ef958aa1-0e93-49f0-bb71-150f63befcd1.jsonl"));

        var calls = session.Messages.SelectMany(message => message.Parts).Where(part => part.Type == MessagePartType.ToolCall).Select(part => part.CallId).ToList();
        var results = session.Messages.SelectMany(message => message.Parts).Where(part => part.Type == MessagePartType.ToolResult).Select(part => part.CallId).ToList();
        Assert.Equal(calls.Order(), results.Order());
        Assert.True(calls.Count > 20);
    }

    [Fact]
    public async Task Reads_a_fork_of_three_sessions_as_the_last_one()
    {
        var session = await ReadOneAsync("claude-code", Shared("claude-code/fixtures/ccl-dag_fork.jsonl"));

        Assert.Equal(["user: Start", "assistant: Reply 1", "user: Middle", "user: Fork from c", "assistant: Forked reply", "user: End of s3"], Outline(session));
        Assert.Equal("s3", session.ExternalId);
    }

    [Fact]
    public async Task Lists_the_bad_lines_of_a_file_and_reads_the_others()
    {
        var records = await ReadAsync("claude-code", Shared("claude-code/fixtures/ccl-edge_cases.jsonl"));

        Assert.Equal([11, 13, 15, 16], records.Where(record => record.Error is not null).Select(record => record.Error!.Line!.Value));
        var session = Assert.Single(records, record => record.Session is not null).Session!;
        Assert.Equal("--verbose --output /tmp/test.log", Prompts(session)[2]);
        Assert.StartsWith("Tested various edge cases", session.Title, StringComparison.Ordinal);
        Assert.Equal("edge_cases", session.ExternalId);
    }
}
