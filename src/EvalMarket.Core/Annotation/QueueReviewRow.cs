using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Annotation;

/// <summary>What one reviewer said of one session in a queue: a review, or that they passed it over.</summary>
public sealed class QueueReviewRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required QueueId QueueId { get; init; }

    public required SessionId SessionId { get; init; }

    /// <summary>E-mail of the person, or <c>key:{name}#{end of its id}</c>: two keys of a name are two reviewers.</summary>
    public required string Reviewer { get; init; }

    /// <summary>The file of the queue's log that brought it.</summary>
    public required long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Why the session was passed over; null for a review.</summary>
    public string? Skip { get; init; }

    /// <summary>Null where the session was passed over.</summary>
    public EvalStatus? Status { get; init; }

    public string? Notes { get; init; }

    /// <summary>JSON array.</summary>
    public string? Tags { get; init; }

    public string? ExpectedOutput { get; init; }

    /// <summary>What somebody who decides should look at.</summary>
    public string? Flag { get; init; }

    public bool IsReview => Skip is null;
}
