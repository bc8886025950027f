namespace EvalMarket.Formats.Bundles;

/// <summary>What a submission is worth: everything that is known of it, before anything is left out for the buyer (<see cref="ScoreReport"/>).</summary>
public sealed record SubmissionScore(IReadOnlyList<TaskResult> Tasks)
{
    public GradeStatus Status => Tasks.Any(task => task.Status == GradeStatus.Pending) ? GradeStatus.Pending : GradeStatus.Graded;

    /// <summary>Mean of the tasks' scores, 0–100; null while one is pending, and when there are none.</summary>
    public decimal? Score => Tasks.Count == 0 || Status == GradeStatus.Pending ? null : Tasks.Average(task => task.Score);

    /// <summary>Share of the tasks that are passed, 0–1; null like <see cref="Score"/>.</summary>
    public decimal? PassRate => Tasks.Count == 0 || Status == GradeStatus.Pending ? null : (decimal)Tasks.Count(task => task.Passed == true) / Tasks.Count;
}
