using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Datasets;

/// <summary>After a crash in the middle of a change: each dataset's folder is made to hold just the versions that the index names, and copies and marks as it has them.</summary>
internal sealed class DatasetRecovery(IServiceScopeFactory scopes) : IIntentRecovery
{
    public string Kind => DatasetCommits.IntentKind;

    public Task RecoverAsync(Intent intent, CancellationToken cancellationToken) =>
        RecoveryScope.RunAsync(scopes, intent, async (db, blobs) =>
        {
            foreach (var id in intent.Writes.Where(write => write.Subject is not null).Select(write => DatasetId.FromTrusted(write.Subject!)).Distinct())
            {
                var kept = (await db.DatasetVersions.Where(row => row.DatasetId == id).Select(row => new { row.Version, row.Hash }).ToListAsync(cancellationToken))
                    .Select(row => DatasetFiles.DocumentPath(intent.Workspace, id, row.Version, row.Hash)).ToHashSet();
                // Also documents that were never written: their folders may have been made already.
                var stale = intent.Writes.Where(write => write.Subject == id.Value && write.Hash is not null && !kept.Contains(write.Path)).Select(write => write.Path).ToHashSet();
                if (await db.Datasets.FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is { } dataset)
                {
                    var newest = DatasetFiles.NewestPath(intent.Workspace, id);
                    if (await blobs.ReadAsync(DatasetFiles.DocumentPath(intent.Workspace, id, dataset.Version, dataset.Hash), cancellationToken) is { } bytes)
                    {
                        await blobs.PutAsync([new BlobContent(newest, bytes)], cancellationToken);
                    }

                    if (await DatasetMarking.MakeAsync(db, dataset, cancellationToken) is { } marks)
                    {
                        await blobs.PutAsync([marks], cancellationToken);
                    }
                    else
                    {
                        stale.Add(DatasetFiles.MarksPath(intent.Workspace, id));
                    }

                    await AddAsync(DatasetFiles.VersionsOf(intent.Workspace, id));
                }
                else
                {
                    await AddAsync(DatasetFiles.FolderOf(intent.Workspace, id));
                }

                async Task AddAsync(BlobPath folder)
                {
                    await foreach (var blob in blobs.ListAsync($"{folder.Value}/", cancellationToken))
                    {
                        if (!kept.Contains(blob.Path))
                        {
                            stale.Add(blob.Path);
                        }
                    }
                }

                await blobs.DeleteAsync(stale, cancellationToken);
            }
        }, cancellationToken);
}
