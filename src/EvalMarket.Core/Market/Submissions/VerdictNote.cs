namespace EvalMarket.Core.Market.Submissions;

/// <summary>What a judge said of one criterion of a submission.</summary>
/// <param name="Json">The judge's own JSON.</param>
/// <param name="Score">0–100; null when it could not decide.</param>
public sealed record VerdictNote(string TaskId, string CriterionId, string? Json, decimal? Score = null);
