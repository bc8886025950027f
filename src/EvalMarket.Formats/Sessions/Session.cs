using System.Text.Json;

namespace EvalMarket.Formats.Sessions;

/// <summary>
/// One AI coding or chat session, as every transcript reader gives it and every session exporter takes it.
/// Values that a source does not have are null, never guessed.
/// </summary>
public sealed record Session
{
    /// <summary>What the session is called in its source; imports upsert by it. 1–200 characters.</summary>
    public string? ExternalId { get; init; }

    public string? Title { get; init; }

    /// <summary>The tool it came from: <c>claude-code</c>, <c>codex</c>, <c>openai-messages</c>, … or any name that a sender chose.</summary>
    public string? Source { get; init; }

    public string? Author { get; init; }

    public string? Project { get; init; }

    public string? Model { get; init; }

    public string? Provider { get; init; }

    public long? PromptTokens { get; init; }

    public long? CompletionTokens { get; init; }

    /// <summary>US dollars.</summary>
    public decimal? Cost { get; init; }

    public long? DurationMs { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Labels that came with the session (own JSONL, API) or, on the way out, the session's current ones.</summary>
    public EvalLabels? Labels { get; init; }

    /// <summary>What else the source said about the session: a JSON object, kept as it was.</summary>
    public JsonElement? Metadata { get; init; }

    public IReadOnlyList<Message> Messages { get; init; } = [];
}
