using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Removes uploads that became no version within <c>Limits:ImportHours</c>, their keys included.</summary>
public sealed class BundleCleaning(EvalMarketDbContext db, Tenant tenant, IBlobStore blobs, BundleDrafts drafts, BundleFiles files, Vault vault, IOptions<Limits> limits, TimeProvider clock)
{
    /// <summary>Looks through the bundles of the workspace; says how many uploads it removed.</summary>
    public async Task<int> CleanAsync(CancellationToken cancellationToken)
    {
        var workspace = tenant.Required;
        var removed = 0;
        var names = await blobs.ListFoldersAsync(BlobPath.Parse($"w/{workspace}/bundles"), cancellationToken).ToListAsync(cancellationToken);
        foreach (var name in names)
        {
            if (!TypeId.TryParse<BundleId>(name, out var id))
                continue;
            var folders = await blobs.ListFoldersAsync(BundleFiles.FolderOf(workspace, id), cancellationToken).ToListAsync(cancellationToken);
            foreach (var folder in folders)
            {
                if (TypeId.TryParse<JobId>(folder, out var upload) && clock.GetUtcNow() - TypeId.TimeOf(upload) > TimeSpan.FromHours(limits.Value.ImportHours)
                    && await RemoveAsync(id, upload, cancellationToken))
                {
                    removed++;
                }
            }
        }

        return removed;
    }

    /// <summary>Under the workspace's lock: a commit that is just making a version of it is waited for.</summary>
    private async Task<bool> RemoveAsync(BundleId id, JobId upload, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(tenant.Required, cancellationToken))
            return false;
        var row = await db.Bundles.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (row is not null && (await files.ListAsync(row, cancellationToken)).Any(version => version.Document.Upload == upload))
            return false;

        await vault.DeleteAsync(tenant.Required, id, upload, cancellationToken);
        await drafts.RemoveFolderAsync(BundleFiles.UploadOf(tenant.Required, id, upload), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
