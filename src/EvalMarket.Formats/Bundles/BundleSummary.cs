namespace EvalMarket.Formats.Bundles;

/// <summary>What is in a bundle that was found good.</summary>
public sealed record BundleSummary
{
    public required int Tasks { get; init; }

    /// <summary>Tasks that have an answer; the others are not scored.</summary>
    public required int ScoredTasks { get; init; }

    /// <summary>How many criteria there are of each type.</summary>
    public required IReadOnlyDictionary<CriterionType, int> Criteria { get; init; }

    /// <summary>In the order of their names.</summary>
    public required IReadOnlyList<ReferenceFile> References { get; init; }
}
