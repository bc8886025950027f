using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>The bundles of the workspace: finding, reading, deleting them.</summary>
public sealed class BundleStore(EvalMarketDbContext db, Tenant tenant, BundleFiles files, BundleDrafts drafts, Vault vault, IntentLog intents, AuditTrail audit)
{
    /// <summary>Newest first.</summary>
    public Task<List<BundleRow>> ListAsync(BundleId? before, int limit, CancellationToken cancellationToken) =>
        db.Bundles.AsNoTracking().Where(row => before == null || row.Id < before.Value).OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancellationToken);

    public Task<BundleRow?> FindAsync(BundleId id, CancellationToken cancellationToken) =>
        db.Bundles.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken);

    /// <summary>A version, the newest when none is named; null when there is none.</summary>
    public async Task<OpenBundle?> OpenAsync(BundleId id, int? version, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { } row && await files.ReadAsync(row, version, cancellationToken) is { } document
            ? new OpenBundle(row, version ?? row.Version, document)
            : null;

    /// <summary>All versions, the oldest first.</summary>
    public Task<IReadOnlyList<(int Version, BundleDocument Document)>> VersionsAsync(BundleRow row, CancellationToken cancellationToken) => files.ListAsync(row, cancellationToken);

    public Task<Stream> OpenTasksAsync(OpenBundle bundle, CancellationToken cancellationToken) =>
        files.OpenTasksAsync(tenant.Required, bundle.Row.Id, bundle.Document.Upload, cancellationToken);

    public Task<Stream> OpenReferenceAsync(OpenBundle bundle, CancellationToken cancellationToken) =>
        files.OpenReferenceAsync(tenant.Required, bundle.Row.Id, bundle.Document.Upload, cancellationToken);

    /// <summary>The key, for the seller's own editors; forbidden for others of the workspace.</summary>
    public async Task<Outcome<AnswerKey>> OpenKeyAsync(OpenBundle bundle, CancellationToken cancellationToken)
    {
        if (!tenant.Actor.May(Permission.Edit))
            return new Forbidden("Only editors of the workspace may read the answer key.");
        return await vault.OpenAsync(tenant.Required, bundle.Row.Id, bundle.Document.Upload, KeyPurpose.SellerRead, tenant.Actor.Name, cancellationToken) is { } key ? key : new NotFound();
    }

    /// <summary>Ends a bundle with all its versions and keys; <c>bundle_listed</c> while a listing is made of it.</summary>
    public async Task<Failure?> DeleteAsync(BundleId id, CancellationToken cancellationToken)
    {
        var workspace = tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken) || !await db.Bundles.AnyAsync(row => row.Id == id, cancellationToken))
            return new NotFound();
        if (await db.Listings.AnyAsync(row => row.BundleId == id, cancellationToken) || await db.ListingVersions.AnyAsync(row => row.BundleId == id, cancellationToken))
            return new Conflict("bundle_listed", "A listing is made of this bundle. Delete the listing first, if it is a draft; what buyers hold stays.");

        var folder = BundleFiles.FolderOf(workspace, id);
        var intent = await intents.BeginAsync(workspace, BundleCommits.IntentKind, [new IntentWrite(folder, id.Value)], null, cancellationToken);
        await db.Bundles.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
        audit.Record("bundle.deleted", id.Value);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await vault.DeleteAsync(workspace, id, CancellationToken.None);
        await drafts.RemoveFolderAsync(folder, CancellationToken.None);
        await intents.CompleteAsync(intent, CancellationToken.None);
        return null;
    }
}

/// <summary>A version of a bundle.</summary>
public sealed record OpenBundle(BundleRow Row, int Version, BundleDocument Document);
