using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Files that are being uploaded to become a bundle, or the next version of one. No row knows of it; what nobody finishes is removed after <c>Limits:ImportHours</c>.</summary>
/// <param name="Bundle">The bundle that it will be, or whose next version it will be.</param>
/// <param name="Upload">Its own id, and the folder of its files.</param>
public sealed record BundleDraft(BundleId Bundle, JobId Upload, string Name, DateTimeOffset CreatedAt, string CreatedBy)
{
    private readonly IReadOnlyList<string>? notes;

    /// <summary>What whoever made the files has to say of them: what was left out, and why.</summary>
    public IReadOnlyList<string> Notes { get => notes ?? []; init => notes = value; }
}

/// <summary>The three files of a bundle.</summary>
public enum BundlePart
{
    Tasks,
    Answers,
    Reference,
}
