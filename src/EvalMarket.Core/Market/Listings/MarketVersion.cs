using EvalMarket.Core.Market.Bundles;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Listings;

/// <summary>A version in the market, as its data card shows it.</summary>
public sealed record MarketVersion
{
    public required int Number { get; init; }

    public required BundleId BundleId { get; init; }

    public required int BundleVersion { get; init; }

    public required JobId Upload { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    public required string Commitment { get; init; }

    public string? Nonce { get; init; }

    public required int TaskCount { get; init; }

    public required int ScoredCount { get; init; }

    /// <summary>How many criteria there are of each type.</summary>
    public required IReadOnlyDictionary<string, int> Criteria { get; init; }

    public required StoredBundleFile Tasks { get; init; }

    /// <summary>The archive that buyers download; null without files.</summary>
    public StoredBundleFile? Reference { get; init; }

    public IReadOnlyList<BundleReferenceFile> Files { get; init; } = [];
}
