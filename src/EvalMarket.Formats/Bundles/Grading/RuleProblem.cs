namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>Why a criterion cannot be applied.</summary>
/// <param name="Path">JSON pointer from the criterion.</param>
/// <param name="Message">A sentence that quotes nothing of the key.</param>
internal sealed record RuleProblem(string Path, string Message);
