using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Assets;

/// <summary>
/// Removes files of items that no version of any dataset has. What a run finds unused is marked in its row; a run at least <see cref="GarbageCollector.Rest"/> later that finds it still unused
/// deletes it. An upload of the same content takes the mark away.
/// </summary>
/// <remarks>
/// The row goes first, and the file after it under the workspace's lock, which uploads take too: a file whose row is there again stays. A crash between the two leaves a file without a row, which is removed a rest later,
/// as is what an upload left that broke off.
/// </remarks>
public sealed class AssetGarbage(EvalMarketDbContext db, IBlobStore blobs, DatasetFiles datasets, TimeProvider clock)
{
    /// <summary>Looks through the files of the workspace of the scope; says how many it removed.</summary>
    public async Task<int> CollectAsync(CancellationToken cancellationToken)
    {
        var workspace = db.Tenant.Required;
        var now = clock.GetUtcNow();
        var over = now - GarbageCollector.Rest;
        var used = await UsedAsync(workspace, cancellationToken);
        var rows = await db.Assets.AsNoTracking().Select(row => new { row.Sha256, row.UnusedSince }).ToListAsync(cancellationToken);
        foreach (var met in rows.Where(row => row.UnusedSince is not null && used.Contains(row.Sha256)).Select(row => row.Sha256).Chunk(1_000))
        {
            await db.Assets.Where(row => met.Contains(row.Sha256)).ExecuteUpdateAsync(set => set.SetProperty(row => row.UnusedSince, (DateTimeOffset?)null), cancellationToken);
        }

        foreach (var unused in rows.Where(row => row.UnusedSince is null && !used.Contains(row.Sha256)).Select(row => row.Sha256).Chunk(1_000))
        {
            await db.Assets.Where(row => unused.Contains(row.Sha256)).ExecuteUpdateAsync(set => set.SetProperty(row => row.UnusedSince, now), cancellationToken);
        }

        foreach (var dead in rows.Where(row => row.UnusedSince <= over && !used.Contains(row.Sha256)).Select(row => row.Sha256).Chunk(1_000))
        {
            // A mark that an upload took away meanwhile counts.
            await db.Assets.Where(row => dead.Contains(row.Sha256) && row.UnusedSince <= over).ExecuteDeleteAsync(cancellationToken);
        }

        return await SweepAsync(workspace, over, cancellationToken);
    }

    /// <summary>Files without a row that have rested.</summary>
    private async Task<int> SweepAsync(string workspace, DateTimeOffset over, CancellationToken cancellationToken)
    {
        var files = await blobs.ListAsync($"w/{workspace}/assets/", cancellationToken).Where(blob => blob.LastWritten <= over).Select(blob => blob.Path).ToListAsync(cancellationToken);
        if (files.Count == 0)
        {
            return 0;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
        {
            return 0;
        }

        var known = (await db.Assets.Select(row => row.Sha256).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        files.RemoveAll(path => known.Contains(Path.GetFileNameWithoutExtension(path.Name)));
        await blobs.DeleteAsync(files, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return files.Count(path => !path.Name.EndsWith(".json", StringComparison.Ordinal));
    }

    /// <summary>Hashes that any version has, those of deleted datasets too, which can be brought back.</summary>
    private async Task<HashSet<string>> UsedAsync(string workspace, CancellationToken cancellationToken)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        // Most versions share most of their list pages.
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var version in await db.DatasetVersions.AsNoTracking().ToListAsync(cancellationToken))
        {
            var document = await datasets.ReadDocumentAsync(workspace, version.DatasetId, version.Version, version.Hash, cancellationToken);
            foreach (var list in document.Sections.SelectMany(section => section.Lists).Where(list => read.Add(list.Sha256)))
            {
                used.UnionWith((await datasets.ReadListAsync(workspace, list, cancellationToken)).SelectMany(chunk => chunk.Assets ?? []).Select(asset => asset.Sha256).OfType<string>());
            }
        }

        return used;
    }
}
