using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Annotation;

/// <summary>A session in a queue. Queues go by (<see cref="Added"/>, session): what was put in first comes first, of one import the oldest session.</summary>
public sealed class QueueItemRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required QueueId QueueId { get; init; }

    public required SessionId SessionId { get; init; }

    /// <summary>The file of the queue's log that brought it.</summary>
    public required long Added { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    public required QueueItemState State { get; set; }

    /// <summary>Reviews that are in.</summary>
    public int Reviews { get; set; }

    /// <summary>People who passed it over.</summary>
    public int Skips { get; set; }

    /// <summary>A reviewer asks for a decision, whatever the reviews say.</summary>
    public bool IsFlagged { get; set; }

    /// <summary>The status of <see cref="Result"/>.</summary>
    public EvalStatus? ResultStatus { get; set; }

    /// <summary>JSON of <see cref="QueueResult"/>: what came out.</summary>
    public string? Result { get; set; }
}

/// <summary>The numbers are stored.</summary>
public enum QueueItemState
{
    /// <summary>For reviews that are still to come.</summary>
    Waiting = 1,

    /// <summary>All reviews are in and they differ, or one of them asks for a decision.</summary>
    Conflict = 2,

    /// <summary>The result is on the session.</summary>
    Done = 3,
}
