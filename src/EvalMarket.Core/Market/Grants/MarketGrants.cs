using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Market.Grants;

/// <summary>
/// Who holds what. A free evaluation is everybody's at once, a free core dataset theirs who take it; what has a price is asked for and granted by the seller, and payment happens outside of the product. A grant belongs to the
/// buyer: where the seller reads or decides, the tenant filter is left out by name and the seller stands in its place.
/// </summary>
public sealed class MarketGrants(EvalMarketDbContext db, Tenant tenant, AuditTrail audit, IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>Whether the workspace may use the product now. The core dataset brings the evaluation along.</summary>
    public async Task<bool> HasAsync(ListingRow listing, MarketProducts product, CancellationToken cancellationToken)
    {
        if (tenant.Workspace is null)
            return false;
        if (tenant.Workspace == listing.Workspace)
            return true;
        if (product == MarketProducts.Evaluation && IsOpen(listing))
            return true;
        return await db.Grants.AnyAsync(
            row => row.ListingId == listing.Id && row.Status == GrantStatus.Granted && (row.Product == product || row.Product == MarketProducts.CoreDataset), cancellationToken);
    }

    /// <summary>Free for everybody who is signed in.</summary>
    public static bool IsOpen(ListingRow listing) =>
        listing is { IsFree: true, Status: ListingStatus.Published or ListingStatus.Unlisted } && listing.Products.HasFlag(MarketProducts.Evaluation);

    /// <summary>What the workspace holds or has asked for of a listing.</summary>
    public Task<List<GrantRow>> MineAsync(ListingId listing, CancellationToken cancellationToken) =>
        db.Grants.AsNoTracking().Where(row => row.ListingId == listing).OrderBy(row => row.Product).ToListAsync(cancellationToken);

    /// <summary>All that the workspace holds or has asked for, the newest first.</summary>
    public Task<List<GrantRow>> LibraryAsync(CancellationToken cancellationToken) =>
        db.Grants.AsNoTracking().OrderByDescending(row => row.DecidedAt ?? row.RequestedAt).Take(1000).ToListAsync(cancellationToken);

    /// <summary>What others hold or have asked for of what the workspace sells: what waits first, then the newest.</summary>
    public Task<List<GrantRow>> ForSellerAsync(ListingId? listing, CancellationToken cancellationToken)
    {
        var seller = tenant.Required;
        // Rows of buyers, for the seller whom they concern.
        return db.Grants.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).AsNoTracking()
            .Where(row => row.Seller == seller && (listing == null || row.ListingId == listing))
            .OrderBy(row => row.Status == GrantStatus.Requested ? 0 : 1).ThenByDescending(row => row.RequestedAt).Take(1000).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Takes a free product, or asks the seller for a priced one. Asking again after a refusal is a new request; what is held stays as it is.
    /// <c>not_for_sale</c> when the listing does not sell it, or sells nothing any more.
    /// </summary>
    public async Task<Outcome<GrantRow>> RequestAsync(ListingRow listing, MarketProducts product, string? message, CancellationToken cancellationToken)
    {
        if (listing.Workspace == tenant.Required)
            return new Conflict("own_listing", "This is your own listing: everything in it is yours already.");
        if (!listing.Products.HasFlag(product) || listing.Status is not (ListingStatus.Published or ListingStatus.Unlisted))
            return new Conflict("not_for_sale", "The seller does not offer this, or not any more.");
        if (message is { Length: > GrantRow.MessageLength })
            return new Invalid("invalid_grant", "The message is too long.", [new ContentError($"At most {GrantRow.MessageLength} characters.", "/message")]);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(tenant.Required, cancellationToken))
            return new NotFound();
        var now = clock.GetUtcNow();
        var row = await db.Grants.SingleOrDefaultAsync(one => one.ListingId == listing.Id && one.Product == product, cancellationToken);
        if (row is { Status: GrantStatus.Granted or GrantStatus.Requested } && !listing.IsFree)
            return row;
        if (row is { Status: GrantStatus.Granted })
            return row;

        // A seller who took a free listing back from somebody meant it.
        var status = listing.IsFree && row is not { Status: GrantStatus.Revoked } ? GrantStatus.Granted : GrantStatus.Requested;
        if (row is null)
        {
            row = new GrantRow
            {
                Workspace = tenant.Required, ListingId = listing.Id, Product = product, Seller = listing.Workspace, Status = status, RequestedAt = now, RequestedBy = tenant.Actor.Name,
            };
            db.Grants.Add(row);
        }

        row.Status = status;
        row.Message = string.IsNullOrWhiteSpace(message) ? null : message.Trim();
        row.RequestedAt = now;
        row.RequestedBy = tenant.Actor.Name;
        row.DecidedAt = status == GrantStatus.Granted ? now : null;
        row.DecidedBy = null;
        audit.Record(status == GrantStatus.Granted ? "grant.taken" : "grant.requested", listing.Slug);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return row;
    }

    /// <summary>Notes that the workspace took a free listing, so that it stays theirs when it leaves the market.</summary>
    public async Task HoldAsync(ListingRow listing, CancellationToken cancellationToken)
    {
        if (IsOpen(listing) && listing.Workspace != tenant.Required && !await db.Grants.AnyAsync(row => row.ListingId == listing.Id && row.Product == MarketProducts.Evaluation, cancellationToken))
            await RequestAsync(listing, MarketProducts.Evaluation, null, cancellationToken);
    }

    /// <summary>The seller grants, declines or revokes. Granting needs no request; there is nothing to decline or revoke without one.</summary>
    public async Task<Outcome<GrantRow>> DecideAsync(ListingRow listing, string buyer, MarketProducts product, GrantStatus status, CancellationToken cancellationToken)
    {
        var seller = tenant.Required;
        if (listing.Workspace != seller)
            return new NotFound();
        if (buyer == seller)
            return new Conflict("own_listing", "This is your own listing: everything in it is yours already.");
        if (!listing.Products.HasFlag(product))
            return new Conflict("not_for_sale", "The listing does not offer this.");
        if (!await db.Workspaces.AnyAsync(row => row.Slug == buyer, cancellationToken))
            return new Invalid("invalid_grant", "There is no such workspace.", [new ContentError("There is no workspace with this address.", "/workspace")]);

        // The row is the buyer's: it is written in a scope that stands in the buyer's workspace, by the seller's hand.
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(buyer, new Actor(tenant.Actor.Name, null, null, Permission.None));
        var theirs = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        await using var transaction = await theirs.Database.BeginTransactionAsync(cancellationToken);
        if (!await theirs.LockWorkspaceAsync(buyer, cancellationToken))
            return new NotFound();
        var row = await theirs.Grants.SingleOrDefaultAsync(one => one.ListingId == listing.Id && one.Product == product, cancellationToken);
        if (row is null && status != GrantStatus.Granted)
            return new NotFound();
        if (row is { Status: GrantStatus.Granted } && status == GrantStatus.Declined)
            return new Conflict("already_granted", "This was granted already. Revoke it instead.");

        var now = clock.GetUtcNow();
        if (row is null)
        {
            row = new GrantRow { Workspace = buyer, ListingId = listing.Id, Product = product, Seller = seller, Status = status, RequestedAt = now, RequestedBy = tenant.Actor.Name };
            theirs.Grants.Add(row);
        }

        row.Status = status;
        row.DecidedAt = now;
        row.DecidedBy = tenant.Actor.Name;
        await theirs.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        audit.Record($"grant.{status.ToString().ToLowerInvariant()}", $"{listing.Slug} to {buyer}");
        await db.SaveChangesAsync(cancellationToken);
        return row;
    }
}
