using EvalMarket.Core.Sessions;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>After a crash: responses without a row were never taken in and go; of a report only the one that the row names stays.</summary>
internal sealed class SubmissionRecovery(IServiceScopeFactory scopes) : IIntentRecovery
{
    public string Kind => MarketSubmissions.IntentKind;

    public Task RecoverAsync(Intent intent, CancellationToken cancellationToken) =>
        RecoveryScope.RunAsync(scopes, intent, async (db, blobs) =>
        {
            foreach (var id in intent.Writes.Select(write => SubmissionId.FromTrusted(write.Subject!)).Distinct())
            {
                var row = await db.Submissions.Where(one => one.Id == id).Select(one => new { one.Version, one.Hash }).SingleOrDefaultAsync(cancellationToken);
                var folder = SubmissionFiles.FolderOf(intent.Workspace, id);
                var responses = SubmissionFiles.ResponsesOf(intent.Workspace, id);
                var current = row?.Hash is { } hash ? DocumentStore.PathOf(folder, row.Version, hash) : (BlobPath?)null;
                var stale = await blobs.ListAsync($"{folder}/", cancellationToken).Select(blob => blob.Path)
                    .Where(path => row is null || (path != responses && path != current)).ToListAsync(cancellationToken);
                await blobs.DeleteAsync(stale, cancellationToken);
            }
        }, cancellationToken);
}
