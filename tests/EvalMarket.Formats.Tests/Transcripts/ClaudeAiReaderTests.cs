using EvalMarket.Formats.Sessions;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;

namespace EvalMarket.Formats.Tests.Transcripts;

public sealed class ClaudeAiReaderTests
{
    [Fact]
    public async Task Reads_the_newest_branch_with_attachments_in_the_prompt()
    {
        var session = (await ReadAsync("claude-ai", Own("claude-ai/conversations.json")))[0].Session!;

        Assert.Equal(
            [
                "user: Summarise the letter.\n\n[letter.txt]\nDear Ms Sousa,\nyou owe 12 euro.\n\n(pasted)",
                "assistant: Let me look it up.\n\nYou owe 12 euro. The office opens at 9.",
                "user: In French, please.",
                "assistant: Vous devez 12 euros.",
                "user: [answer.pdf]",
            ],
            Outline(session));
        Assert.Equal(("c0ffee01", "Tax letter", "claude-ai", "Household", "anthropic"), (session.ExternalId, session.Title, session.Source, session.Project, session.Provider));
        Assert.Equal((null, null, 360_000L), (session.PromptTokens, session.Model, session.DurationMs));
        Assert.Equal("""{"files":["table.xlsx","answer.pdf"]}""", session.Metadata!.Value.GetRawText());
        Assert.Equal(("scan.PNG", MessagePartType.Image), session.Messages[0].Parts.Select(part => (part.Name, part.Type)).Single());
    }

    [Fact]
    public async Task Thinking_and_tools_are_parts_of_the_answer()
    {
        var answer = (await ReadAsync("claude-ai", Own("claude-ai/conversations.json")))[0].Session!.Messages[1];

        Assert.Equal(
            [(MessagePartType.Reasoning, null, "A short one."), (MessagePartType.ToolCall, "toolu_1", null), (MessagePartType.ToolResult, "toolu_1", "Open 9 to 12")],
            answer.Parts.Select(part => (part.Type, part.CallId, part.Text)));
        Assert.Equal("tax office hours", answer.Parts[1].Input!.Value.GetProperty("query").GetString());
        Assert.Equal("a1", answer.ExternalId);
    }

    [Fact]
    public async Task Calls_without_ids_stand_before_their_results()
    {
        var session = await ReadOneAsync("claude-ai", Utf8("""
            [{"chat_messages":[{"sender":"assistant","content":[
              {"type":"tool_use","name":"repl","input":{}},{"type":"tool_result","name":"repl","content":"1"},
              {"type":"tool_use","name":"repl","input":{}},{"type":"tool_result","name":"repl","content":[{"type":"text","text":"2"},{"type":"image","source":{"data":"AA==","media_type":"image/png"}}],"is_error":true},
              {"type":"text","text":"Done."}]}]}]
            """));

        Assert.Equal(
            [MessagePartType.ToolCall, MessagePartType.ToolResult, MessagePartType.ToolCall, MessagePartType.ToolResult, MessagePartType.Image],
            session.Messages[0].Parts.Select(part => part.Type));
        Assert.Equal(("2", true), (session.Messages[0].Parts[3].Text, session.Messages[0].Parts[3].IsError));
    }

    [Fact]
    public async Task The_older_shape_with_texts_alone_is_read_and_empty_conversations_are_passed_over()
    {
        var records = await ReadAsync("claude-ai", Own("claude-ai/conversations.json"));

        Assert.Equal(["user: Old shape", "assistant: still read"], Outline(records[1].Session!));
        Assert.Equal("Old shape", records[1].Session!.Title);
        Assert.Contains("passed over", Assert.Single(records, record => record.Error is not null).Error!.Message, StringComparison.Ordinal);
        Assert.Equal(3, records.Count);
    }

    [Theory]
    [InlineData("[@]")]
    [InlineData("{\"conversations\":[@]}")]
    [InlineData("@")]
    [InlineData("@\n@\n")]
    public async Task Finds_conversations_in_lists_alone_and_a_line_each(string shape)
    {
        var file = Utf8(shape.Replace("@", """{"uuid":"c","chat_messages":[{"sender":"human","text":"hi"},{"sender":"assistant","text":"ho"}]}""", StringComparison.Ordinal));

        Assert.Equal("claude-ai", Detect(file).Reader?.Format);
        foreach (var record in await ReadAsync("claude-ai", file))
        {
            Assert.Equal(["user: hi", "assistant: ho"], Outline(record.Session!));
        }
    }

    [Theory]
    [InlineData("""[7,null,"x",[],{"sender":5},{"sender":"human","content":{"type":"text"},"text":["x"]},@]""", "user: u")]
    [InlineData("""[{"uuid":"a","parent_message_uuid":"b","sender":"human","text":"1"},{"uuid":"b","parent_message_uuid":"a","sender":"assistant","text":"2"}]""", "user: 1|assistant: 2")]
    [InlineData("""[{"uuid":"a","parent_message_uuid":"a","sender":"human","text":"1"}]""", "user: 1")]
    [InlineData("""[{"uuid":"a","parent_message_uuid":"r","sender":"human","text":"1"},{"uuid":"a","parent_message_uuid":"r","sender":"human","text":"2"}]""", "user: 1|user: 2")]
    [InlineData("""[{"sender":"human","content":[{"type":"text","text":"u"},{"type":"text","text":5},{"type":"tool_result","content":7}],"attachments":[5,{"extracted_content":6}],"files":[{"file_name":{}}],"created_at":1e999}]""", "user: u")]
    public async Task Values_of_the_wrong_kind_lose_nothing_else(string messages, string expected)
    {
        var whole = messages.Replace("@", """{"sender":"human","text":"u"}""", StringComparison.Ordinal);

        var session = await ReadOneAsync("claude-ai", Utf8($$"""{"uuid":{},"name":3,"project":"p","created_at":1e999,"chat_messages":{{whole}}}"""));

        Assert.Equal(expected, string.Join('|', Outline(session)));
    }

    [Theory]
    [InlineData("context-carry-conversations.json", "conv-claude-web-1: How do I use async/await in JavaScript? = 1")]
    [InlineData("osteele-bakery-chat.json", "8006a434-8b0b-43df-8e6d-c0a7aeb2e6b3: Make an interactive visualization of this diagram of the only good bakery and what’s wrong with all the other one’s / What are your ideas for extending this? = 2")]
    [InlineData("osteele-conversations.json", "test-conv-1: Hello, Claude! = 1|test-conv-2: Can you help me with Python? / I need to write a function that sorts a list. = 2")]
    [InlineData("session-backbone-conversations.json", "11111111-1111-1111-1111-111111111111: First human prompt.\nIt spans two lines. / Second human prompt.\n\nWith a second text block. = 1|22222222-2222-2222-2222-222222222222: Old prompt. = 0|33333333-3333-3333-3333-333333333333:  = 0")]
    public async Task Real_exports_give_their_prompts(string file, string expected)
    {
        var content = Shared("claude-ai-export/" + file);

        Assert.Equal("claude-ai", Detect(content, file).Reader?.Format);
        Assert.Equal(expected, string.Join('|', (await ReadAsync("claude-ai", content)).Select(PromptsAndPairs)));
    }
}
