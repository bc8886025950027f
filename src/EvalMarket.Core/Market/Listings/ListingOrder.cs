using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Listings;

/// <summary>A listing that a seller wants to make.</summary>
public sealed record NewListing
{
    public required BundleId BundleId { get; init; }

    /// <summary>Null: made of the title.</summary>
    public string? Slug { get; init; }

    public required ListingPage Page { get; init; }

    public ListingStatus Status { get; init; } = ListingStatus.Draft;
}

/// <summary>What a seller wants to change; null stays.</summary>
public sealed record ListingChange
{
    public ListingPage? Page { get; init; }

    public ListingStatus? Status { get; init; }

    /// <summary>The bundle whose newest version goes to the market.</summary>
    public BundleId? BundleId { get; init; }

    /// <summary>The newest version of the bundle goes to the market as the next version of the listing.</summary>
    public bool PublishVersion { get; init; }
}
