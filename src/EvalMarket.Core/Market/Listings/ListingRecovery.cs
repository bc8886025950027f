using EvalMarket.Core.Sessions;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Market.Listings;

/// <summary>After a crash: each listing's folder is made to hold just the document that its row names, and copies in the market that no row reached go.</summary>
internal sealed class ListingRecovery(IServiceScopeFactory scopes) : IIntentRecovery
{
    private const string MarketFolder = "market/";

    public string Kind => ListingCommits.IntentKind;

    public Task RecoverAsync(Intent intent, CancellationToken cancellationToken) =>
        RecoveryScope.RunAsync(scopes, intent, async (db, blobs) =>
        {
            foreach (var write in intent.Writes)
            {
                var id = ListingId.FromTrusted(write.Subject!);
                var row = await db.Listings.Where(one => one.Id == id).Select(one => new { one.Revision, one.Hash }).SingleOrDefaultAsync(cancellationToken);
                var isMarket = write.Path.Value.StartsWith(MarketFolder, StringComparison.Ordinal);
                if (isMarket && row is not null && row.Revision >= write.Version)
                    continue;

                var folder = isMarket ? write.Path : ListingCommits.FolderOf(intent.Workspace, id);
                var current = isMarket || row is null ? (BlobPath?)null : DocumentStore.PathOf(folder, row.Revision, row.Hash);
                var stale = await blobs.ListAsync($"{folder}/", cancellationToken).Select(blob => blob.Path).Where(path => path != current).ToListAsync(cancellationToken);
                await blobs.DeleteAsync(stale, cancellationToken);
            }
        }, cancellationToken);
}
