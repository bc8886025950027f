using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Workspaces;

namespace EvalMarket.Core.Market.Vaults;

/// <summary>The keys of what is in the market: the core dataset for those who bought it, and the proof that a key never changed.</summary>
public sealed class KeyCommitments(Vault vault, Tenant tenant, MarketGrants grants, MarketDirectory market, ListingCommits commits)
{
    /// <summary>The key of a version, for buyers of the core dataset; forbidden for everybody else who may see the listing.</summary>
    public async Task<Outcome<AnswerKey>> OpenAsync(ListingRow listing, MarketVersion version, CancellationToken cancellationToken)
    {
        var isSeller = listing.Workspace == tenant.Workspace;
        if (isSeller ? !tenant.Actor.May(Permission.Edit) : !await grants.HasAsync(listing, MarketProducts.CoreDataset, cancellationToken))
            return new Forbidden(isSeller ? "Only editors of the workspace may read the answer key." : "Only buyers of the core dataset get the answer key.");

        var purpose = isSeller ? KeyPurpose.SellerRead : KeyPurpose.CoreDatasetRead;
        var reader = isSeller ? tenant.Actor.Name : $"{tenant.Actor.Name} of {tenant.Required}";
        return await vault.OpenAsync(listing.Workspace, version.BundleId, version.Upload, purpose, reader, cancellationToken) is { } key ? key : new NotFound();
    }

    /// <summary>Publishes the nonce of a version: from now on anyone who has the file can check the commitment. It cannot be taken back.</summary>
    public async Task<Outcome<string>> RevealAsync(string slug, int version, CancellationToken cancellationToken)
    {
        if (await market.FindAsync(slug, cancellationToken) is not { } listing || !market.IsSeller(listing)
            || await market.VersionAsync(listing, version, cancellationToken) is not { } found)
        {
            return new NotFound();
        }

        if (found.Nonce is { } known)
            return known;
        if (await vault.RevealNonceAsync(listing.Workspace, found.BundleId, found.Upload, tenant.Actor.Name, cancellationToken) is not { } nonce)
            return new NotFound();
        var outcome = await commits.RevealAsync(slug, version, nonce, cancellationToken);
        return outcome.Failure is { } failure ? failure : nonce;
    }

    /// <summary>Whether a file is the key of a version whose nonce is public. Nothing of the file is kept.</summary>
    public static async Task<bool> IsKeyAsync(MarketVersion version, Stream file, CancellationToken cancellationToken) =>
        version.Nonce is { } nonce && await Vault.CommitmentOfAsync(nonce, file, cancellationToken) == version.Commitment;
}
