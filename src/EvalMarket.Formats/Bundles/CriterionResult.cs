namespace EvalMarket.Formats.Bundles;

/// <summary>What one criterion gives for a response. It names the criterion and never what the key says.</summary>
public sealed record CriterionResult
{
    public required string CriterionId { get; init; }

    public required string Name { get; init; }

    public required CriterionType Type { get; init; }

    public required decimal Weight { get; init; }

    public required GradeStatus Status { get; init; }

    /// <summary>0–100; null while it is pending.</summary>
    public decimal? Score { get; init; }
}
