using EvalMarket.Core.Data;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Listings;

/// <summary>Index entry of a listing; it belongs to the seller. What buyers read of it is in <c>market/</c>.</summary>
public sealed class ListingRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required ListingId Id { get; init; }

    /// <summary>Unique in the whole market; the name in its address.</summary>
    public required string Slug { get; init; }

    /// <summary>Of its document; grows with every change.</summary>
    public required int Revision { get; set; }

    public required string Hash { get; set; }

    public required ListingStatus Status { get; set; }

    public required BundleId BundleId { get; set; }

    /// <summary>The version that buyers get now; 0 before it was first published.</summary>
    public int Version { get; set; }

    public required string Title { get; set; }

    public required string Summary { get; set; }

    public required string Description { get; set; }

    public DataCard DataCard { get; set; } = DataCard.Empty;

    public string? License { get; set; }

    public required MarketProducts Products { get; set; }

    public required decimal Price { get; set; }

    public required string Currency { get; set; }

    public required int Quota { get; set; }

    public required Reveal Reveal { get; set; }

    public required int PreviewTasks { get; set; }

    /// <summary>The tasks that are named for it; empty for the first ones.</summary>
    public IReadOnlyList<string> PreviewIds { get; set; } = [];

    /// <summary>The seller's name as the page shows it.</summary>
    public required string SellerName { get; set; }

    public int TaskCount { get; set; }

    /// <summary>Types of criteria and kinds of files, each between commas: what the market filters by.</summary>
    public string Traits { get; set; } = "";

    /// <summary>In lower case, for the market's search: title, summary, tags, seller, description.</summary>
    public string SearchText { get; set; } = "";

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it first went to the market.</summary>
    public DateTimeOffset? PublishedAt { get; set; }

    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Submissions that have been graded.</summary>
    public int Runs { get; set; }

    /// <summary>The best of those on the leaderboard; null when there is none.</summary>
    public decimal? BestScore { get; set; }

    /// <summary>Changes with everything that a page of the market shows of it.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    public List<ListingTag> Tags { get; init; } = [];

    public bool IsFree => Price == 0;
}

/// <summary>A tag on a listing.</summary>
public sealed class ListingTag : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required ListingId ListingId { get; init; }

    public required string Tag { get; init; }

    public required int Ordinal { get; set; }
}

/// <summary>A version of a bundle that went to the market. It stays what it is, whatever becomes of the bundle.</summary>
public sealed class ListingVersionRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required ListingId ListingId { get; init; }

    /// <summary>Counts from 1.</summary>
    public required int Number { get; init; }

    public required BundleId BundleId { get; init; }

    public required int BundleVersion { get; init; }

    /// <summary>Where the key is in the vault.</summary>
    public required JobId Upload { get; init; }

    public required string Commitment { get; init; }

    /// <summary>Published by the seller, so that anyone can check the commitment.</summary>
    public string? Nonce { get; set; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>JSON: <see cref="MarketVersion"/>.</summary>
    public required string Facts { get; init; }
}
