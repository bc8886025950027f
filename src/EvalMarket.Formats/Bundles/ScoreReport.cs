namespace EvalMarket.Formats.Bundles;

/// <summary>What a buyer sees of a score. The one place where something is left out; scores have two decimals, so that they do not carry more than what was asked.</summary>
public sealed record ScoreReport
{
    public required GradeStatus Status { get; init; }

    public decimal? Score { get; init; }

    /// <summary>0–1, four decimals.</summary>
    public decimal? PassRate { get; init; }

    /// <summary>Null when only the overall score is revealed.</summary>
    public IReadOnlyList<TaskReport>? Tasks { get; init; }

    /// <summary>What of <paramref name="score"/> a level reveals.</summary>
    public static ScoreReport Of(SubmissionScore score, Reveal reveal) => new()
    {
        Status = score.Status,
        Score = Rounded(score.Score, 2),
        PassRate = Rounded(score.PassRate, 4),
        Tasks = reveal >= Reveal.Task ? [.. score.Tasks.Select(task => Of(task, reveal))] : null,
    };

    private static TaskReport Of(TaskResult task, Reveal reveal) => new(
        task.TaskId,
        Rounded(task.Score, 2),
        task.Passed,
        task.Status,
        task.IsAnswered,
        reveal >= Reveal.Criterion
            ? [.. task.Criteria.Select(criterion => new CriterionReport(criterion.CriterionId, criterion.Name, criterion.Type, criterion.Weight, Rounded(criterion.Score, 2), criterion.Status))]
            : null);

    private static decimal? Rounded(decimal? value, int decimals) => value is { } known ? Math.Round(known, decimals, MidpointRounding.AwayFromZero) : null;
}

/// <summary>What a buyer sees of a task; criteria are null unless they are revealed.</summary>
public sealed record TaskReport(string TaskId, decimal? Score, bool? Passed, GradeStatus Status, bool IsAnswered, IReadOnlyList<CriterionReport>? Criteria);

/// <summary>What a buyer sees of a criterion.</summary>
public sealed record CriterionReport(string CriterionId, string Name, CriterionType Type, decimal Weight, decimal? Score, GradeStatus Status);
