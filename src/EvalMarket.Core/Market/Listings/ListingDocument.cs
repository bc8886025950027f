using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Listings;

/// <summary>A listing as the seller keeps it, <c>w/{workspace}/listings/{id}/{revision}-{hash}.json</c>.</summary>
public sealed record ListingDocument
{
    public required ListingId Id { get; init; }

    public required string Slug { get; init; }

    public required ListingStatus Status { get; init; }

    public required BundleId BundleId { get; init; }

    public required ListingPage Page { get; init; }

    public required string SellerName { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The oldest first; the last is what buyers get now.</summary>
    public IReadOnlyList<MarketVersion> Versions { get; init; } = [];
}
