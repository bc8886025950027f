using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Words;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets;

/// <summary>Removes datasets whose time to be brought back is over, thins old versions, and merges runs of words. Chunks go by the garbage collector.</summary>
public sealed class DatasetUpkeep(EvalMarketDbContext db, IBlobStore blobs, IntentLog intents, IEnumerable<IVersionHold> holds, Limits limits, TimeProvider clock)
{
    /// <summary>Does all of it for the workspace of the scope.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var deletedBefore = clock.GetUtcNow() - TimeSpan.FromDays(limits.DeletedDatasetDays);
        foreach (var id in await db.Datasets.Where(row => row.DeletedAt < deletedBefore).Select(row => row.Id).ToListAsync(cancellationToken))
        {
            await RemoveAsync(id, cancellationToken);
        }

        var madeBefore = clock.GetUtcNow() - TimeSpan.FromDays(limits.UnnamedVersionDays);
        foreach (var id in await db.DatasetVersions.Where(row => row.At < madeBefore).Select(row => row.DatasetId).Distinct().ToListAsync(cancellationToken))
        {
            await ThinAsync(id, madeBefore, cancellationToken);
        }

        foreach (var id in await db.DatasetWordRuns.GroupBy(run => run.DatasetId).Where(runs => runs.Count() > WordRuns.UsualRuns || runs.Any(run => run.Words == 0))
            .Select(runs => runs.Key).ToListAsync(cancellationToken))
        {
            await new WordRuns(db, db.Tenant.Required, id).KeepAsync(cancellationToken);
        }
    }

    /// <summary>Of the versions of a week that are old, have no name, are not pinned and held by nothing, the last one stays.</summary>
    private async Task ThinAsync(DatasetId id, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var held = new HashSet<int>();
        foreach (var hold in holds)
        {
            held.UnionWith(await hold.HeldAsync(id, cancellationToken));
        }

        await ChangeAsync(id, async () =>
        {
            var newest = await db.Datasets.Where(row => row.Id == id).Select(row => row.Version).FirstOrDefaultAsync(cancellationToken);
            var old = await db.DatasetVersions.AsNoTracking().Where(row => row.DatasetId == id && row.At < before && row.Version != newest && row.Name == null && !row.IsPinned)
                .ToListAsync(cancellationToken);
            var thinned = old.Where(row => !held.Contains(row.Version)).GroupBy(row => row.At.ToUnixTimeSeconds() / (7 * 24 * 3600))
                .SelectMany(week => week.OrderByDescending(row => row.Version).Skip(1)).ToList();
            foreach (var numbers in thinned.Select(row => row.Version).Chunk(1_000))
            {
                await db.DatasetVersions.Where(row => row.DatasetId == id && numbers.Contains(row.Version)).ExecuteDeleteAsync(cancellationToken);
            }

            return [.. thinned.Select(row => DatasetFiles.DocumentPath(row.Workspace, id, row.Version, row.Hash))];
        }, cancellationToken);
    }

    private Task RemoveAsync(DatasetId id, CancellationToken cancellationToken) => ChangeAsync(id, async () =>
    {
        await db.DatasetItemMessages.Where(row => row.DatasetId == id).ExecuteDeleteAsync(cancellationToken);
        await db.DatasetItems.Where(row => row.DatasetId == id).ExecuteDeleteAsync(cancellationToken);
        await db.DatasetChunkWords.Where(row => row.DatasetId == id).ExecuteDeleteAsync(cancellationToken);
        await db.DatasetWordBlocks.Where(block => block.DatasetId == id).ExecuteDeleteAsync(cancellationToken);
        await db.DatasetWordRuns.Where(run => run.DatasetId == id).ExecuteDeleteAsync(cancellationToken);
        await db.DatasetTombstones.Where(row => row.DatasetId == id).ExecuteDeleteAsync(cancellationToken);
        await db.SavedViews.Where(view => view.DatasetId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Datasets.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
        return await blobs.ListAsync($"{DatasetFiles.FolderOf(db.Tenant.Required, id).Value}/", cancellationToken).Select(blob => blob.Path).ToListAsync(cancellationToken);
    }, cancellationToken);

    /// <summary>Rows first, files second: the end of a row is the commit point, and recovery deletes what no row names.</summary>
    private async Task ChangeAsync(DatasetId id, Func<Task<List<BlobPath>>> change, CancellationToken cancellationToken)
    {
        var workspace = db.Tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
        {
            return;
        }

        var stale = await change();
        if (stale.Count == 0)
        {
            return;
        }

        var intent = await intents.BeginAsync(workspace, DatasetCommits.IntentKind, [.. stale.Select(path => new IntentWrite(path, id.Value))], null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await blobs.DeleteAsync(stale, CancellationToken.None);
        await intents.CompleteAsync(intent, CancellationToken.None);
    }
}
