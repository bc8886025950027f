namespace EvalMarket.Core.Market.Submissions;

/// <summary>What a judge said of one criterion of a submission.</summary>
/// <param name="Json">The judge's own JSON.</param>
public sealed record VerdictNote(string TaskId, string CriterionId, string Json);
