using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions;

/// <summary>
/// The index entry of a session: what lists, filters and exports need without opening its document.
/// (Version, Hash) is the commit point: the document <c>{version}-{hash}.json</c> in the session's folder is the session.
/// </summary>
public sealed class SessionRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required SessionId Id { get; init; }

    public required int Version { get; set; }

    /// <summary>First 12 hex digits of the document's SHA-256.</summary>
    public required string Hash { get; set; }

    /// <summary>The workspace's revision in which the row was last changed.</summary>
    public long Revision { get; set; }

    public string? ExternalId { get; init; }

    public required string Title { get; set; }

    /// <summary>Characters of <see cref="TitleSort"/>.</summary>
    public const int TitleSortLength = 100;

    /// <summary>The title as lists are sorted by it: its beginning in lower case, made by the database.</summary>
    public string TitleSort { get; private set; } = "";

    public string? Source { get; set; }

    public string? Author { get; set; }

    public string? Project { get; set; }

    public string? Model { get; set; }

    public string? Provider { get; set; }

    public long? PromptTokens { get; set; }

    public long? CompletionTokens { get; set; }

    /// <summary>Prompt and completion together, null when neither is known; made by the database.</summary>
    public long? Tokens { get; private set; }

    public decimal? Cost { get; set; }

    public long? DurationMs { get; set; }

    public int MessageCount { get; set; }

    /// <summary>Turns with an answer: what the DeepEval export gives.</summary>
    public int TurnCount { get; set; }

    /// <summary>The beginning of the first prompt, for lists.</summary>
    public string Preview { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public DateTimeOffset ImportedAt { get; init; }

    /// <summary>The job that brought its first version; null when a request did.</summary>
    public JobId? ImportJob { get; init; }

    /// <summary>JSON array of chunk references: where the messages are.</summary>
    public required string Chunks { get; set; }

    public bool EvalReady { get; set; }

    public EvalStatus? EvalStatus { get; set; }

    public string? EvalNotes { get; set; }

    public string? ExpectedOutput { get; set; }

    public DateTimeOffset? ReviewedAt { get; set; }

    public string? ReviewedBy { get; set; }

    /// <summary>Ordered by <see cref="SessionTag.Ordinal"/> when read.</summary>
    public List<SessionTag> Tags { get; init; } = [];
}

/// <summary>
/// The words under which a session is found, beside its row: a label changes the row every few seconds, and must not make the database
/// enter all words into their index again. What holds the words is a column of each provider's own.
/// </summary>
public sealed class SessionWords : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required SessionId SessionId { get; init; }
}

/// <summary>An eval tag on a session.</summary>
public sealed class SessionTag : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required SessionId SessionId { get; init; }

    public required string Tag { get; init; }

    /// <summary>Grows with every tag added to the session: tags show in the order in which they came.</summary>
    public required int Ordinal { get; init; }
}

/// <summary>A comment or tag that a person put on a message here. They live beside the message, so that a re-import keeps them.</summary>
public sealed class MessageAnnotation : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required SessionId SessionId { get; init; }

    public required MessageId MessageId { get; init; }

    /// <summary>Label log sequence that brought it, which orders them.</summary>
    public required long Sequence { get; init; }

    public required MessageAnnotationKind Kind { get; init; }

    public required string Text { get; init; }

    public required string Author { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The numbers are stored.</summary>
public enum MessageAnnotationKind
{
    Comment = 1,
    Tag = 2,
}
