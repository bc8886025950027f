using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// ChatGPT's data export: <c>conversations.json</c>, or its shards <c>conversations-000.json</c>, each one array of conversations of any length; a
/// single conversation; <c>{"conversations":[…]}</c>; an object of conversations by name. One conversation is one session.
/// <para>Where a file can be read two ways:</para>
/// <list type="bullet">
/// <item>The conversation is the path from <c>current_node</c> up to the root; without it, from the newest leaf. Other branches are left out.</item>
/// <item>What ChatGPT hides is no message: nodes without one, hidden ones, the person's and the model's custom context.</item>
/// <item>Calls of tools (recipient not <c>all</c>) and what tools answered are left out; the metadata counts them. Images that a tool made are shown
/// in the answer and are parts of it.</item>
/// <item>Assistant nodes with nothing visible between them are one message, joined by a blank line: ChatGPT shows them as one answer.
/// Code and its output are fenced blocks; thoughts and their recap are reasoning.</item>
/// <item>Of pictures and files the export has pointers only: pictures are image parts, the names of files are in the metadata.</item>
/// <item>The export counts no tokens.</item>
/// </list>
/// </summary>
public sealed class ChatGptReader : ITranscriptReader
{
    public string Format => "chatgpt";

    public string DisplayName => "ChatGPT";

    public string? Detect(TranscriptSample sample) =>
        SampleDocument.Objects(sample, ConversationList.Name).Any(item => IsConversation(item) || IsNamedConversations(item))
            ? "Conversations with a mapping of message nodes, as ChatGPT exports them."
            : null;

    public IAsyncEnumerable<TranscriptRecord> ReadAsync(TranscriptFile file, CancellationToken cancellationToken) =>
        ConversationList.ReadAsync(file, Sessions, "it has no mapping of messages", cancellationToken);

    private IEnumerable<Session> Sessions(JsonElement value) => value.Member("mapping") is { ValueKind: JsonValueKind.Object }
        ? [ChatGptConversation.Read(value, Format)]
        : value.EnumerateObject().Select(member => member.Value).Where(IsConversation).Select(item => ChatGptConversation.Read(item, Format));

    private static bool IsNamedConversations(JsonElement value) => IsConversation(value.EnumerateObject().FirstOrDefault().Value);

    /// <summary>A mapping alone could be anything; its nodes, or what else a conversation has, tell.</summary>
    private static bool IsConversation(JsonElement value) => value.Member("mapping") is { ValueKind: JsonValueKind.Object } mapping
        && (mapping.EnumerateObject().Any(node => IsNode(node.Value)) || value.Member("current_node") is not null);

    private static bool IsNode(JsonElement node) =>
        node.Member("message")?.Member("author") is not null || node.Member("children") is { ValueKind: JsonValueKind.Array } || node.MemberText("parent") is not null;
}
