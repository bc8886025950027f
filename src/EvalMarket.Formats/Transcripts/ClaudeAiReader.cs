using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// Claude.ai's data export: <c>conversations.json</c>, one array of conversations of any length; a single conversation as the web application has it;
/// <c>{"conversations":[…]}</c>. One conversation is one session, one of its messages one message.
/// <para>Where a file can be read two ways:</para>
/// <list type="bullet">
/// <item>Content blocks count; <c>text</c> is older and stands in where there are none.</item>
/// <item>Where every message names its parent, the conversation is the path from <c>current_leaf_message_uuid</c> (else the newest leaf) up, so that
/// edited prompts are left out; else the messages stand in the order of the file.</item>
/// <item>An attachment's extracted text is part of the prompt, under its name in brackets: it is what the person sent, often by pasting.
/// Of files the export has names only: pictures are image parts, the names of others are in the metadata, and are the prompt where there is no other.</item>
/// <item>Tool calls and results are parts of the answer, which they stand within. Artifacts that older answers hold as text stay there.</item>
/// <item>The official export names no model and counts no tokens.</item>
/// </list>
/// </summary>
public sealed class ClaudeAiReader : ITranscriptReader
{
    public string Format => "claude-ai";

    public string DisplayName => "Claude.ai";

    public string? Detect(TranscriptSample sample) =>
        SampleDocument.Objects(sample, ConversationList.Name).Any(item => item.Member("chat_messages") is { ValueKind: JsonValueKind.Array })
            ? "Conversations with chat_messages, as Claude.ai exports them."
            : null;

    public IAsyncEnumerable<TranscriptRecord> ReadAsync(TranscriptFile file, CancellationToken cancellationToken) =>
        ConversationList.ReadAsync(file, Sessions, "it has no chat_messages", cancellationToken);

    private IEnumerable<Session> Sessions(JsonElement value) =>
        value.Member("chat_messages") is { ValueKind: JsonValueKind.Array } ? [ClaudeAiConversation.Read(value, Format)] : [];
}
