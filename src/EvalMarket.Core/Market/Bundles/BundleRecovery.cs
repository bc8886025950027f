using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>
/// After a crash: the document of a version that no row reached goes, the uploaded files stay for another attempt. Of a deletion that was interrupted everything goes, once the row is gone.
/// </summary>
internal sealed class BundleRecovery(IServiceScopeFactory scopes, Vault vault) : IIntentRecovery
{
    public string Kind => BundleCommits.IntentKind;

    public Task RecoverAsync(Intent intent, CancellationToken cancellationToken) =>
        RecoveryScope.RunAsync(scopes, intent, async (db, blobs) =>
        {
            foreach (var write in intent.Writes)
            {
                var id = BundleId.FromTrusted(write.Subject!);
                var row = await db.Bundles.Where(one => one.Id == id).Select(one => new { one.Version, one.Hash }).SingleOrDefaultAsync(cancellationToken);
                if (write.Version is { } version)
                {
                    if (row is null || row.Version < version || (row.Version == version && row.Hash != write.Hash))
                        await blobs.DeleteAsync([write.Path], cancellationToken);
                }
                else if (row is null)
                {
                    await vault.DeleteAsync(intent.Workspace, id, cancellationToken);
                    var left = await blobs.ListAsync($"{write.Path}/", cancellationToken).Select(blob => blob.Path).ToListAsync(cancellationToken);
                    await blobs.DeleteAsync(left, cancellationToken);
                }
            }
        }, cancellationToken);
}
