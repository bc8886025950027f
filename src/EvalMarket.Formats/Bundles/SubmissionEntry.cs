namespace EvalMarket.Formats.Bundles;

/// <summary>A buyer's response to one task.</summary>
public sealed record SubmissionEntry(string TaskId, string ModelResponse);
