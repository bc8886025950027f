namespace EvalMarket.Formats.Bundles;

/// <summary>What was found when a submission was read whole.</summary>
public sealed record SubmissionReport
{
    public required IReadOnlyList<ContentError> Errors { get; init; }

    /// <summary>How many errors there are, also those that are not told.</summary>
    public required int ErrorCount { get; init; }

    /// <summary>Tasks that are answered.</summary>
    public required int Answered { get; init; }

    /// <summary>Tasks of the bundle without a response: they count as 0.</summary>
    public required int Missing { get; init; }
}
