namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>Grades responses against the key. Pure: the same response and key give the same result, whenever and wherever.</summary>
public static class TaskGrading
{
    /// <summary>The result of one task. Criteria by rule are decided; semantic ones are pending unless there is a verdict.</summary>
    /// <param name="response">Null when the submission has none: every criterion is 0, and there is nothing to ask a jury. So it is for one that is blank.</param>
    /// <param name="verdicts">By criterion id: scores, 0–100, that a jury or the seller gave.</param>
    public static TaskResult Grade(BundleAnswer answer, string? response, IReadOnlyDictionary<string, decimal>? verdicts = null) => new()
    {
        TaskId = answer.TaskId,
        IsAnswered = response is not null,
        PassThreshold = answer.PassThreshold,
        Criteria = [.. answer.Criteria.Select(criterion => Grade(criterion, answer, response, verdicts))],
    };

    private static CriterionResult Grade(Criterion criterion, BundleAnswer answer, string? response, IReadOnlyDictionary<string, decimal>? verdicts)
    {
        decimal? score = string.IsNullOrWhiteSpace(response) ? 0
            : verdicts is not null && verdicts.TryGetValue(criterion.Id, out var verdict) ? verdict
            : CriterionRule.Of(criterion, answer.Answer, out var problem) is { } rule ? rule.Score(response)
            : problem is null ? null
            : throw new InvalidDataException($"Criterion {criterion.Id} cannot be applied: {problem.Message}");
        return new CriterionResult
        {
            CriterionId = criterion.Id,
            Name = criterion.Name,
            Type = criterion.Type,
            Weight = criterion.Weight,
            Status = score is null ? GradeStatus.Pending : GradeStatus.Graded,
            Score = score,
        };
    }
}
