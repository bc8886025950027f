namespace EvalMarket.Formats.Bundles;

/// <summary>What was found when a bundle was read whole.</summary>
public sealed record BundleReport
{
    /// <summary>Each with file, JSON pointer, line and message; at most <see cref="BundleBounds.Problems"/> of them.</summary>
    public required IReadOnlyList<ContentError> Errors { get; init; }

    /// <summary>How many errors there are, also those beyond the bound.</summary>
    public required int ErrorCount { get; init; }

    /// <summary>What does not stand in the way, told in the same manner and under the same bound.</summary>
    public required IReadOnlyList<ContentError> Warnings { get; init; }

    public required int WarningCount { get; init; }

    /// <summary>Null when there are errors.</summary>
    public BundleSummary? Summary { get; init; }
}
