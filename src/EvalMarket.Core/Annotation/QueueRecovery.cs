using EvalMarket.Core.Sessions;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Annotation;

/// <summary>
/// After a crash in the middle of a change of a queue: its folder holds just the document that its row names and the logs that its row has reached,
/// or nothing when there is no row.
/// </summary>
internal sealed class QueueRecovery(IServiceScopeFactory scopes) : IIntentRecovery
{
    public string Kind => QueueWriter.IntentKind;

    public Task RecoverAsync(Intent intent, CancellationToken cancellationToken) =>
        RecoveryScope.RunAsync(scopes, intent, async (db, blobs) =>
        {
            foreach (var writes in intent.Writes.Where(write => write.Subject is not null).GroupBy(write => QueueId.FromTrusted(write.Subject!)))
            {
                var row = await db.Queues.AsNoTracking().FirstOrDefaultAsync(queue => queue.Id == writes.Key, cancellationToken);
                var folder = QueueFiles.FolderOf(intent.Workspace, writes.Key);
                var stale = writes.Where(write => row is null || !Counts(write, row)).Select(write => write.Path).ToHashSet();
                if (row is null)
                {
                    await foreach (var blob in blobs.ListAsync($"{folder}/", cancellationToken))
                    {
                        stale.Add(blob.Path);
                    }
                }
                else
                {
                    stale.UnionWith((await new DocumentStore(blobs).ListAsync(folder, cancellationToken))
                        .Where(document => document.Version != row.Version || document.Hash != row.Hash).Select(document => document.Path));
                }

                await blobs.DeleteAsync(stale, cancellationToken);
            }
        }, cancellationToken);

    /// <summary>A document has a hash, a log has none.</summary>
    private static bool Counts(IntentWrite write, QueueRow row) =>
        write.Hash is { } hash ? write.Version == row.Version && hash == row.Hash : write.Version <= row.LogSequence;
}
