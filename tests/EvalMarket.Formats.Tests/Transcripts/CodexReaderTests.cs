using EvalMarket.Formats.Sessions;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;

namespace EvalMarket.Formats.Tests.Transcripts;

public sealed class CodexReaderTests
{
    [Fact]
    public async Task Reads_events_once_although_response_items_repeat_them()
    {
        var session = await ReadOneAsync("codex", Own("codex/events.jsonl"));

        Assert.Equal(
            [
                "user: Why is the total wrong?", "assistant: Let me read it.", "tool: export const total = …", "assistant: ", "tool: Success.",
                "assistant: The coupon was taken off per item; it is fixed.",
            ],
            Outline(session));
        var turn = Assert.Single(Turns.Of(session.Messages));
        Assert.Equal("The coupon was taken off per item; it is fixed.", turn.Output);
        Assert.Equal([MessagePartType.Reasoning, MessagePartType.ToolCall], session.Messages[1].Parts.Select(part => part.Type));
        Assert.Equal("cat cart.ts", session.Messages[1].Parts[1].Input!.Value.GetProperty("cmd").GetString());
        Assert.Equal("*** Begin Patch\n*** End Patch", session.Messages[3].Parts[0].Input!.Value.GetString());
    }

    [Fact]
    public async Task The_first_meta_names_a_fork_and_the_last_cumulative_count_is_its_usage()
    {
        var session = await ReadOneAsync("codex", Own("codex/events.jsonl"));

        Assert.Equal(("019c-codex-1", "Why is the total wrong?", "bookshop"), (session.ExternalId, session.Title, session.Project));
        Assert.Equal(("codex", "gpt-5.3-codex", "openai"), (session.Source, session.Model, session.Provider));
        Assert.Equal((2100, 95), (session.PromptTokens, session.CompletionTokens));
        Assert.Equal("019c-codex-0", session.Metadata!.Value.GetProperty("forked_from_id").GetString());
        Assert.Equal(13_000, session.DurationMs);
    }

    [Fact]
    public async Task Reads_completed_items_and_adds_up_a_counter_that_started_again()
    {
        var session = await ReadOneAsync("codex", Own("codex/items.jsonl"));

        Assert.Equal(["user: Name three test cases.", "assistant: Thinking of edges.", "assistant: Empty cart, one coupon, two coupons."], Outline(session));
        Assert.Equal((700, 40, "bookshop"), (session.PromptTokens, session.CompletionTokens, session.Project));
    }

    [Fact]
    public async Task Reads_the_bare_lines_of_the_oldest_files()
    {
        var session = await ReadOneAsync("codex", Own("codex/oldest.jsonl"));

        Assert.Equal(["user: Sort the imports.", "assistant: ", "tool: {\"output\":\"ok\"}", "assistant: Sorted."], Outline(session));
        Assert.Equal("7f9a-oldest", session.ExternalId);
        Assert.Equal("not json", session.Messages[1].Parts[0].Input!.Value.GetString());
    }

    [Fact]
    public async Task What_was_taken_back_is_left_out()
    {
        var session = await ReadOneAsync("codex", Utf8(
            """
            {"type":"session_meta","payload":{"id":"t"}}
            {"type":"event_msg","payload":{"type":"user_message","message":"one"}}
            {"type":"event_msg","payload":{"type":"agent_message","message":"first"}}
            {"type":"event_msg","payload":{"type":"user_message","message":"two"}}
            {"type":"event_msg","payload":{"type":"agent_message","message":"second"}}
            {"type":"event_msg","payload":{"type":"user_message","message":"three"}}
            {"type":"event_msg","payload":{"type":"thread_rolled_back","num_turns":2}}
            {"type":"event_msg","payload":{"type":"user_message","message":"better"}}
            {"type":"event_msg","payload":{"type":"agent_message","message":"yes"}}
            """));

        Assert.Equal(["user: one", "assistant: first", "user: better", "assistant: yes"], Outline(session));
    }

    [Fact]
    public async Task A_sub_agent_s_session_names_its_parent_and_has_no_turns()
    {
        var session = await ReadOneAsync("codex", Utf8(
            """
            {"type":"session_meta","payload":{"id":"child","source":{"subagent":{"thread_spawn":{"parent_thread_id":"parent","depth":1,"agent_nickname":"Curie"}}}}}
            {"type":"event_msg","payload":{"type":"user_message","message":"List the callers."}}
            {"type":"event_msg","payload":{"type":"agent_message","message":"cart.ts"}}
            """));

        Assert.Equal(["system: List the callers.", "assistant: cart.ts"], Outline(session));
        Assert.Equal(("child", "List the callers."), (session.ExternalId, session.Title));
        Assert.Equal(("parent", "Curie"), (session.Metadata!.Value.GetProperty("parent_session_id").GetString(), session.Metadata.Value.GetProperty("agent_id").GetString()));
        Assert.Empty(Turns.Of(session.Messages));
    }

    [Theory]
    [InlineData("fixtures/claude-replay-fixture-codex.jsonl", "test-session", 3, "Found 2 files.|Created hello.txt.|Fixed the typo.")]
    [InlineData("fixtures/claude-replay-fixture-codex-patch.jsonl", "patch-session", 3, "Updated with context.|Nothing to patch.|Patched both files.")]
    [InlineData("fixtures/polylogue-text_only_stream.jsonl", "text-only-session-1", 1, "The capital of France is Paris.")]
    [InlineData("fixtures/polylogue-tool_call_stream.jsonl", "tool-call-session-1", 1, "There are two files: file1.txt and file2.txt.")]
    [InlineData("fixtures/agentsview-standard_session.jsonl", "abc-123", 1, "I'll add rate limiting to the API.")]
    [InlineData("fixtures/agentsview-blockquotes_session.jsonl", "quote-123", 1, "blabla1\n\n> blabla2\n\nblabla3\n\n> blabla4\n\nblabla5")]
    [InlineData("fixtures/agent-sessions-session_simple.jsonl", null, 1, "It looks sunny with a high of 72°F.")]
    [InlineData("fixtures/agent-sessions-stage0-schema_drift.jsonl", null, 1, "\"hola\"")]
    public async Task Reads_the_answers_of_real_files(string path, string? id, int prompts, string answers)
    {
        var session = await ReadOneAsync("codex", Shared("codex/" + path));

        Assert.Equal(prompts, Prompts(session).Count);
        Assert.Equal(answers, string.Join('|', Turns.Of(session.Messages).Select(turn => turn.Output)));
        if (id is null)
        {
            Assert.StartsWith("sha256:", session.ExternalId, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(id, session.ExternalId);
        }
    }

    // Counted in the files by a script of its own.
    [Theory]
    [InlineData("rollout-2026-02-23T12-40-23-019c8a4c-ed82-79a1-aa28-7738fc5ab61a.jsonl", 5, 43, 5, 105, 104, 7204025, 36075)]
    [InlineData("rollout-2026-02-23T12-54-34-019c8a59-e9dd-71f0-9ae3-4079fe9726a9.jsonl", 38, 255, 38, 372, 365, 33810485, 133999)]
    [InlineData("rollout-2026-02-23T13-19-38-019c8a70-dda7-7f33-98ea-f30553347322.jsonl", 1, 1, 1, 1, 0, 34469, 431)]
    public async Task Reads_real_rollouts(string name, int prompts, int answers, int pairs, int calls, int results, int promptTokens, int completionTokens)
    {
        var session = await ReadOneAsync("codex", Shared("codex/real/" + name));

        Assert.Equal(name[^41..^6], session.ExternalId![1..]);
        Assert.Equal(prompts, Prompts(session).Count);
        Assert.Equal(answers, session.Messages.Count(message => message is { Role: MessageRole.Assistant, Content: not "" }));
        Assert.Equal(pairs, Turns.CountPairs(session.Messages));
        Assert.Equal(calls, session.Messages.Sum(message => message.Parts.Count(part => part.Type == MessagePartType.ToolCall)));
        Assert.Equal(results, session.Messages.Count(message => message.Role == MessageRole.Tool));
        Assert.Equal((promptTokens, completionTokens), ((int)session.PromptTokens!, (int)session.CompletionTokens!));
        Assert.Equal("gpt-5.3-codex", session.Model);
    }
}
