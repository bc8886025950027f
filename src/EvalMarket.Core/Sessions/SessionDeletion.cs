using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions;

/// <summary>
/// Deletes sessions. The end of the row is the commit point; the document goes right after it, chunks when the garbage collector
/// has found twice that nobody else shares them.
/// </summary>
public sealed class SessionDeletion(EvalMarketDbContext db, IBlobStore blobs, IntentLog intents, TimeProvider clock)
{
    private const int BatchSize = 1_000;

    /// <summary>Deletes all that match, a batch at a time; what was deleted before a cancellation stays deleted.</summary>
    /// <returns>How many were there.</returns>
    public async Task<Outcome<int>> DeleteAsync(
        SessionFilter filter, Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        var workspace = db.Tenant.Required;
        var deleted = 0;
        while (true)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
            {
                return new NotFound();
            }

            var batch = await db.Where(filter).OrderBy(row => row.Id).Take(BatchSize)
                .Select(row => new { row.Id, row.Version, row.Hash })
                .ToListAsync(cancellationToken);
            if (batch.Count == 0)
            {
                return deleted;
            }

            var documents = batch.Select(row => DocumentStore.PathOf(SessionFiles.FolderOf(workspace, row.Id), row.Version, row.Hash)).ToList();
            var intent = await intents.BeginAsync(
                workspace,
                SessionCommits.IntentKind,
                [.. documents.Zip(batch, (path, row) => new IntentWrite(path, row.Id.Value, row.Version, row.Hash))],
                null,
                cancellationToken);
            var ids = batch.Select(row => row.Id).ToList();
            await db.Sessions.Where(row => ids.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
            var revision = await db.RevisionAsync(workspace, cancellationToken);
            var at = clock.GetUtcNow();
            db.SessionDeletions.AddRange(ids.Select(id => new SessionDeletionRow { Workspace = workspace, Revision = revision, SessionId = id, At = at }));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            await blobs.DeleteAsync(documents, CancellationToken.None);
            await intents.CompleteAsync(intent, CancellationToken.None);

            db.ChangeTracker.Clear();
            deleted += batch.Count;
            if (progress is not null)
            {
                await progress(deleted, cancellationToken);
            }
        }
    }

    /// <summary>Removes the notes of deletions that everybody has taken notice of by now.</summary>
    public Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - SessionFactMemory.DeletionsKept;
        return db.SessionDeletions.Where(row => row.At < before).ExecuteDeleteAsync(cancellationToken);
    }

    public Task<Outcome<int>> DeleteAsync(SessionId id, CancellationToken cancellationToken) =>
        DeleteAsync(new SessionFilter { Ids = [id] }, null, cancellationToken);
}
