using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Reads the files of an upload or of a version, for the seller's editors who look at a place in them. Opening the key is written down.</summary>
public sealed class BundleDraftFiles(Tenant tenant, IBlobStore blobs, Vault vault)
{
    /// <summary>One of the two JSON files; null when it is not there. The key is only for those who may edit.</summary>
    public async Task<Stream?> OpenAsync(BundleId bundle, JobId upload, BundlePart part, CancellationToken cancellationToken)
    {
        switch (part)
        {
            case BundlePart.Tasks:
                return await blobs.OpenReadAsync(BundleFiles.TasksOf(tenant.Required, bundle, upload), cancellationToken);
            case BundlePart.Answers when tenant.Actor.May(Permission.Edit):
                var key = await vault.OpenAsync(tenant.Required, bundle, upload, KeyPurpose.SellerRead, tenant.Actor.Name, cancellationToken);
                return key?.Open();
            default:
                return null;
        }
    }

    /// <summary>Bytes of all files: what decides whether a request can wait for their validation.</summary>
    public async Task<long> SizeAsync(BundleDraft draft, CancellationToken cancellationToken)
    {
        var size = await vault.LengthAsync(tenant.Required, draft.Bundle, draft.Upload, cancellationToken) ?? 0;
        foreach (var path in new[] { BundleFiles.TasksOf(tenant.Required, draft.Bundle, draft.Upload), BundleFiles.ReferenceOf(tenant.Required, draft.Bundle, draft.Upload) })
        {
            await using var content = await blobs.OpenReadAsync(path, cancellationToken);
            size += content?.Length ?? 0;
        }

        return size;
    }
}
