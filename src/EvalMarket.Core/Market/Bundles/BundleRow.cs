using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Index entry of a bundle: its newest version. Holds nothing of the answer key.</summary>
public sealed class BundleRow : IWorkspaceOwned
{
    public const int NameLength = 200;

    public required string Workspace { get; init; }

    public required BundleId Id { get; init; }

    public required string Name { get; set; }

    /// <summary>Counts from 1; every version is kept.</summary>
    public required int Version { get; set; }

    /// <summary>Of the version's document.</summary>
    public required string Hash { get; set; }

    public required int TaskCount { get; set; }

    /// <summary>Tasks that have an answer.</summary>
    public required int ScoredCount { get; set; }

    public required int FileCount { get; set; }

    /// <summary>Of tasks.json and the reference archive together.</summary>
    public required long Bytes { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    public required string UpdatedBy { get; set; }
}
