using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Grants;

/// <summary>
/// What a workspace holds of a listing, or has asked for. It belongs to the buyer; the seller's side reads it by <see cref="Seller"/>. Only in the database.
/// </summary>
public sealed class GrantRow : IWorkspaceOwned
{
    public const int MessageLength = 2_000;

    /// <summary>The buyer.</summary>
    public required string Workspace { get; init; }

    public required ListingId ListingId { get; init; }

    public required MarketProducts Product { get; init; }

    public required string Seller { get; init; }

    public required GrantStatus Status { get; set; }

    /// <summary>What the buyer wrote to the seller.</summary>
    public string? Message { get; set; }

    public required DateTimeOffset RequestedAt { get; set; }

    public required string RequestedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Free: nobody decided.</summary>
    public string? DecidedBy { get; set; }
}

/// <summary>Wire names are the lower-case words; the numbers are stored and never change.</summary>
public enum GrantStatus
{
    Requested = 1,
    Granted = 2,
    Declined = 3,
    Revoked = 4,
}
