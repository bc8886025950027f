using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Annotation;

/// <summary>
/// One line of a queue's log: sessions that were put in (<see cref="Add"/>) or taken out (<see cref="Remove"/>), or what was said of a session: a review, that somebody passed it over,
/// or the result. Played in order over the document they give the queue as it is.
/// </summary>
internal sealed record QueueLogLine
{
    public required DateTimeOffset At { get; init; }

    public required string By { get; init; }

    public IReadOnlyList<SessionId>? Add { get; init; }

    public IReadOnlyList<SessionId>? Remove { get; init; }

    public SessionId? Session { get; init; }

    public QueueLabels? Review { get; init; }

    /// <summary>Why.</summary>
    public string? Skip { get; init; }

    public QueueResult? Result { get; init; }
}

/// <summary>What a reviewer, or who decides, says of a session.</summary>
public sealed record QueueLabels
{
    public required EvalStatus Status { get; init; }

    public string? Notes { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public string? ExpectedOutput { get; init; }

    /// <summary>Asks for somebody's decision, with the reason. Results have none.</summary>
    public string? Flag { get; init; }
}

/// <summary>What came out for a session, and how.</summary>
public sealed record QueueResult
{
    /// <summary>All reviews said the same.</summary>
    public const string ByAgreement = "agreement";

    /// <summary>Somebody decided.</summary>
    public const string ByAdjudication = "adjudication";

    public required QueueLabels Labels { get; init; }

    public required string Via { get; init; }

    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Whose review was taken as it is; null for labels of somebody's own.</summary>
    public string? Taken { get; init; }

    /// <summary>The number of the change of labels that put it on the session; null when the session had them already.</summary>
    public long? Change { get; init; }
}
