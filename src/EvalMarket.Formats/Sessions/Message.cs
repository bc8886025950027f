using System.Text.Json;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Formats.Sessions;

/// <summary>One message of a session. On disk it is one JSON line of a chunk.</summary>
public sealed record Message
{
    /// <summary>Ours; null until the session is stored. Stable across re-imports.</summary>
    public MessageId? Id { get; init; }

    /// <summary>The source's name for it.</summary>
    public string? ExternalId { get; init; }

    public required MessageRole Role { get; init; }

    /// <summary>The text a reader sees; "" for a message that consists of parts only.</summary>
    public string Content { get; init; } = "";

    /// <summary>What is not plain text: tool calls, their results, reasoning, images.</summary>
    public IReadOnlyList<MessagePart> Parts { get; init; } = [];

    public string? Model { get; init; }

    /// <summary>Tokens that this message cost (completion tokens for an assistant message).</summary>
    public long? Tokens { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public IReadOnlyList<MessageComment> Comments { get; init; } = [];

    public IReadOnlyList<MessageTag> Tags { get; init; } = [];

    /// <summary>A condensation of the message, when the source has one.</summary>
    public string? Summary { get; init; }

    /// <summary>A JSON object.</summary>
    public JsonElement? ParticipantData { get; init; }

    /// <summary>A JSON object.</summary>
    public JsonElement? SessionState { get; init; }
}

/// <summary>Who spoke. Wire names are the lower-case words.</summary>
public enum MessageRole
{
    System = 1,
    User = 2,
    Assistant = 3,
    Tool = 4,
}

/// <summary>A remark that a person attached to a message.</summary>
public sealed record MessageComment(string Text, string? Author = null, DateTimeOffset? CreatedAt = null);

/// <summary>A tag on a message; <see cref="System"/> ones were set by a program and do not go into datasets.</summary>
public sealed record MessageTag(string Name, bool System = false);

/// <summary>A part of a message that is not its plain text. <see cref="Type"/> tells which of the other members are set.</summary>
public sealed record MessagePart
{
    public required MessagePartType Type { get; init; }

    /// <summary>Tool call: its id. Tool result: the id of the call it answers.</summary>
    public string? CallId { get; init; }

    /// <summary>Tool call: the tool's name. Image: the file's name, when known.</summary>
    public string? Name { get; init; }

    /// <summary>Tool call: the arguments, any JSON.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Reasoning: the text. Tool result: what the tool said, as text.</summary>
    public string? Text { get; init; }

    /// <summary>Tool result: the tool failed.</summary>
    public bool? IsError { get; init; }

    /// <summary>Image: its media type, <c>image/png</c>.</summary>
    public string? MimeType { get; init; }

    /// <summary>Image: base64 of the bytes, or null when the source only points at it.</summary>
    public string? Data { get; init; }

    /// <summary>Image: where the source says it is.</summary>
    public string? Url { get; init; }
}

/// <summary>Wire names: <c>tool_call</c>, <c>tool_result</c>, <c>reasoning</c>, <c>image</c>.</summary>
public enum MessagePartType
{
    ToolCall = 1,
    ToolResult = 2,
    Reasoning = 3,
    Image = 4,
}
