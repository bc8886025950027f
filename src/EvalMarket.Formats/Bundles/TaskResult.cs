namespace EvalMarket.Formats.Bundles;

/// <summary>What the response to one task is worth.</summary>
public sealed record TaskResult
{
    public required string TaskId { get; init; }

    /// <summary>False when the submission has no response to the task, which counts as 0.</summary>
    public bool IsAnswered { get; init; } = true;

    public required decimal PassThreshold { get; init; }

    public required IReadOnlyList<CriterionResult> Criteria { get; init; }

    /// <summary>Graded once every criterion is.</summary>
    public GradeStatus Status => Criteria.Any(criterion => criterion.Status == GradeStatus.Pending) ? GradeStatus.Pending : GradeStatus.Graded;

    /// <summary>Σ weight × score of the criteria, 0–100; null while one is pending. Weights that sum to 99.99 count as what they are meant to be: the sum is divided by them.</summary>
    public decimal? Score
    {
        get
        {
            if (Status == GradeStatus.Pending)
            {
                return null;
            }

            var weights = Criteria.Sum(criterion => criterion.Weight);
            return weights <= 0 ? 0 : Criteria.Sum(criterion => criterion.Weight * (criterion.Score ?? 0)) / weights;
        }
    }

    /// <summary>Whether the score reaches the threshold; null while it is pending.</summary>
    public bool? Passed => Score is { } score ? score >= PassThreshold : null;
}
