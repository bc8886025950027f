namespace EvalMarket.Core.Annotation;

/// <summary>How far a queue is, in sessions.</summary>
public sealed record QueueNumbers
{
    public required int Sessions { get; init; }

    /// <summary>For reviews that are still to come.</summary>
    public required int Waiting { get; init; }

    /// <summary>Of those that wait: with a review already.</summary>
    public required int Begun { get; init; }

    public required int Conflicts { get; init; }

    public required int Done { get; init; }

    public required int Flagged { get; init; }

    public required int Skipped { get; init; }

    /// <summary>Reviews that are in.</summary>
    public required long Reviews { get; init; }
}

/// <summary>What a reviewer has done in a queue.</summary>
/// <param name="Decided">Their reviews of sessions that have a result.</param>
/// <param name="Upheld">Those of them with the same label as the result.</param>
public sealed record ReviewerNumbers(string Reviewer, int Reviews, int Skips, int Flags, int Decided, int Upheld, DateTimeOffset LastAt);
