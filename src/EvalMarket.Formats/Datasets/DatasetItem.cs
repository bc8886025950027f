using System.Text.Json;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Datasets;

/// <summary>One item of a dataset (the seed's "message"). On disk it is one JSON line of a chunk, as <see cref="DatasetItemWriter"/> writes it.</summary>
public sealed record DatasetItem
{
    /// <summary>Ours; null until the item is stored.</summary>
    public ItemId? Id { get; init; }

    /// <summary><c>input.content</c>: what a person said. Never empty.</summary>
    public required string Input { get; init; }

    /// <summary><c>output.content</c>: the answer that is expected; "" when there is none.</summary>
    public string Output { get; init; } = "";

    /// <summary>A JSON object; <see cref="JsonObjects.Empty"/> when there is nothing in it.</summary>
    public JsonElement Context { get; init; } = JsonObjects.Empty;

    /// <summary>What was said before the input, oldest first.</summary>
    public IReadOnlyList<HistoryMessage> History { get; init; } = [];

    /// <summary>A JSON object.</summary>
    public JsonElement ParticipantData { get; init; } = JsonObjects.Empty;

    /// <summary>A JSON object.</summary>
    public JsonElement SessionState { get; init; } = JsonObjects.Empty;

    /// <summary>Files that belong to the item.</summary>
    public IReadOnlyList<AssetReference> Assets { get; init; } = [];

    /// <summary>The conversation that the item comes from, as long as its content is what it was there.</summary>
    public ItemSource? Source { get; init; }

    /// <summary>A JSON object. Not content: changing it leaves <see cref="Source"/> as it is.</summary>
    public JsonElement Metadata { get; init; } = JsonObjects.Empty;

    /// <summary>Kind of question, as eval_752's JSONL v2.3 has it; kept and given back.</summary>
    public string? Type { get; init; }

    /// <summary>Any JSON, kept and given back; most often a list of texts.</summary>
    public JsonElement? Choices { get; init; }

    /// <summary>Any JSON, kept and given back. Where a file has no output, its text becomes <see cref="Output"/>.</summary>
    public JsonElement? Answer { get; init; }

    /// <summary>Any JSON, kept and given back.</summary>
    public JsonElement? Criteria { get; init; }
}

/// <summary>A message before the item's input.</summary>
/// <param name="Type">Who spoke.</param>
/// <param name="Content">What was said.</param>
/// <param name="Summary">A condensation of it, when the source has one.</param>
public sealed record HistoryMessage(HistoryMessageType Type, string Content, string? Summary = null);

/// <summary>Wire names: <c>human</c>, <c>ai</c>, <c>system</c>.</summary>
public enum HistoryMessageType
{
    Human = 1,
    Ai = 2,
    System = 3,
}

/// <summary>Names a file that belongs to an item.</summary>
/// <param name="Path">Relative, with forward slashes: <c>assets/photo.png</c>.</param>
/// <param name="MimeType">Its media type; null until the file has been looked at.</param>
/// <param name="Sha256">64 hexadecimal digits, lower case; null until the file has been looked at.</param>
/// <param name="Bytes">Its size; null until the file has been looked at.</param>
public sealed record AssetReference(string Path, string? MimeType, string? Sha256, long? Bytes);

/// <summary>The messages that an item was cloned from.</summary>
public sealed record ItemSource(SessionId SessionId, IReadOnlyList<MessageId> MessageIds);

/// <summary>Wire names of <see cref="HistoryMessageType"/>, and the roles that the same speakers have in chat formats.</summary>
public static class HistoryMessageTypes
{
    public static string ToWire(this HistoryMessageType type) => type switch
    {
        HistoryMessageType.Human => "human",
        HistoryMessageType.Ai => "ai",
        HistoryMessageType.System => "system",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown message type."),
    };

    /// <summary><c>user</c>, <c>assistant</c> or <c>system</c>.</summary>
    public static string ToRole(this HistoryMessageType type) => type switch
    {
        HistoryMessageType.Human => "user",
        HistoryMessageType.Ai => "assistant",
        _ => type.ToWire(),
    };

    public static HistoryMessageType? Of(MessageRole role) => role switch
    {
        MessageRole.User => HistoryMessageType.Human,
        MessageRole.Assistant => HistoryMessageType.Ai,
        MessageRole.System => HistoryMessageType.System,
        _ => null,
    };

    public static bool TryParse(string? text, out HistoryMessageType type)
    {
        type = text switch
        {
            "human" => HistoryMessageType.Human,
            "ai" => HistoryMessageType.Ai,
            "system" => HistoryMessageType.System,
            _ => default,
        };
        return type != default;
    }
}
