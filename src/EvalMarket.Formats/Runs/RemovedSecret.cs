namespace EvalMarket.Formats.Runs;

/// <summary>Something that was taken out, and why; never what it was.</summary>
/// <param name="Path">JSON pointer into the document.</param>
/// <param name="Reason">In a few words.</param>
/// <param name="File">Which document; null where there is but one.</param>
public sealed record RemovedSecret(string Path, string Reason, string? File = null);
