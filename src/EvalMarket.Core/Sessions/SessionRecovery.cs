using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Sessions;

/// <summary>
/// After a crash in the middle of an import or a deletion: each session's folder is made to hold just the document that its row
/// names, or none when there is no row.
/// </summary>
internal sealed class SessionRecovery(IServiceScopeFactory scopes) : IIntentRecovery
{
    public string Kind => SessionCommits.IntentKind;

    public Task RecoverAsync(Intent intent, CancellationToken cancellationToken) =>
        RecoveryScope.RunAsync(scopes, intent, async (db, blobs) =>
        {
            var ids = intent.Writes.Where(write => write.Subject is not null)
                .Select(write => SessionId.FromTrusted(write.Subject!)).Distinct().ToList();
            var rows = await db.Sessions.Where(row => ids.Contains(row.Id))
                .ToDictionaryAsync(row => row.Id, row => DocumentStore.PathOf(SessionFiles.FolderOf(intent.Workspace, row.Id), row.Version, row.Hash), cancellationToken);

            // Also documents that were never written: their folders may have been made already.
            var stale = intent.Writes
                .Where(write => write.Subject is { } subject && rows.GetValueOrDefault(SessionId.FromTrusted(subject)) != write.Path)
                .Select(write => write.Path)
                .ToHashSet();
            foreach (var id in ids)
            {
                await foreach (var blob in blobs.ListAsync($"{SessionFiles.FolderOf(intent.Workspace, id).Value}/", cancellationToken))
                {
                    if (!rows.TryGetValue(id, out var current) || blob.Path != current)
                    {
                        stale.Add(blob.Path);
                    }
                }
            }

            await blobs.DeleteAsync(stale, cancellationToken);
        }, cancellationToken);
}

/// <summary>After a crash in the middle of a labelling: a log file whose number the workspace row has not reached was never acknowledged.</summary>
internal sealed class LabelRecovery(IServiceScopeFactory scopes) : IIntentRecovery
{
    public string Kind => SessionLabels.IntentKind;

    public Task RecoverAsync(Intent intent, CancellationToken cancellationToken) =>
        RecoveryScope.RunAsync(scopes, intent, async (db, blobs) =>
        {
            var committed = await db.Workspaces.Where(row => row.Slug == intent.Workspace).Select(row => row.LabelSequence).SingleAsync(cancellationToken);
            await blobs.DeleteAsync([.. intent.Writes.Where(write => write.Version > committed).Select(write => write.Path)], cancellationToken);
        }, cancellationToken);
}

internal static class RecoveryScope
{
    /// <summary>Runs a recovery inside the workspace, under its lock: a writer that is still at it is waited for.</summary>
    public static async Task RunAsync(
        IServiceScopeFactory scopes, Intent intent, Func<EvalMarketDbContext, IBlobStore, Task> recover, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(intent.Workspace, Actor.Nobody);
        var db = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // Nothing of a workspace that the index does not know may be judged by the index; the intent stays for the time after reindex.
        if (!await db.LockWorkspaceAsync(intent.Workspace, cancellationToken))
        {
            throw new StorageException(
                StorageFailure.Missing, $"The workspace {intent.Workspace} has files but no place in the index. Stop the app, run ./run.sh reindex, and start it again.");
        }

        await recover(db, scope.ServiceProvider.GetRequiredService<IBlobStore>());
        await transaction.CommitAsync(cancellationToken);
    }
}
