using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EvalMarket.Core.Market;

/// <summary>Rebuilds the index rows of bundles, listings and submissions from their documents, the newest whole one of each. Grants are only in the database and stay as they are.</summary>
public sealed partial class MarketRebuild(IServiceScopeFactory scopes, ILogger<MarketRebuild> logger) : IIndexRebuilder
{
    public string Name => "market";

    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        List<string> workspaces;
        await using (var scope = scopes.CreateAsyncScope())
            workspaces = await scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Workspaces.Select(row => row.Slug).ToListAsync(cancellationToken);
        foreach (var workspace in workspaces)
            await RebuildAsync(workspace, cancellationToken);

        // When all rows are there: a listing's numbers come from the submissions of others.
        await using var everywhere = scopes.CreateAsyncScope();
        var listings = await everywhere.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Listings
            .IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).Select(row => row.Id).ToListAsync(cancellationToken);
        foreach (var listing in listings)
            await everywhere.ServiceProvider.GetRequiredService<ListingStatistics>().UpdateAsync(listing, cancellationToken);
    }

    private async Task RebuildAsync(string workspace, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(workspace, Actor.Nobody);
        var services = scope.ServiceProvider;
        var db = services.GetRequiredService<EvalMarketDbContext>();
        var documents = new DocumentStore(services.GetRequiredService<IBlobStore>());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.LockWorkspaceAsync(workspace, cancellationToken);
        await db.Listings.ExecuteDeleteAsync(cancellationToken);
        await db.Bundles.ExecuteDeleteAsync(cancellationToken);
        // Submissions that were never graded have no document: their rows stay.
        await db.Submissions.Where(row => row.Hash != null).ExecuteDeleteAsync(cancellationToken);

        var bundles = services.GetRequiredService<BundleCommits>();
        await foreach (var (id, version) in NewestAsync<BundleId>(services, workspace, "bundles", cancellationToken))
        {
            if (await documents.ReadAsync(BundleFiles.FolderOf(workspace, id), version.Version, version.Hash, BundleJson.Default.BundleDocument, cancellationToken) is { } document)
                bundles.Index(null, workspace, document, version.Version, version.Hash);
        }

        var listings = services.GetRequiredService<ListingCommits>();
        await foreach (var (id, version) in NewestAsync<ListingId>(services, workspace, "listings", cancellationToken))
        {
            if (await documents.ReadAsync(ListingCommits.FolderOf(workspace, id), version.Version, version.Hash, ListingJson.Default.ListingDocument, cancellationToken) is not { } document)
                continue;
            listings.Index(null, workspace, document, version.Version, version.Hash);
            db.ListingVersions.AddRange(document.Versions.Select(one => ListingCommits.RowOf(workspace, id, one)));
        }

        await foreach (var (id, version) in NewestAsync<SubmissionId>(services, workspace, "submissions", cancellationToken))
        {
            if (await documents.ReadAsync(SubmissionFiles.FolderOf(workspace, id), version.Version, version.Hash, ListingJson.Default.SubmissionDocument, cancellationToken) is { } document)
                Add(db, workspace, document, version);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Log.Rebuilt(logger, workspace);
    }

    private static void Add(EvalMarketDbContext db, string workspace, SubmissionDocument document, DocumentVersion version)
    {
        var row = new SubmissionRow
        {
            Workspace = workspace, Id = document.Id, Seller = document.Seller, ListingId = document.ListingId, ListingVersion = document.ListingVersion, Status = SubmissionStatus.Completed,
            Reveal = document.Reveal, TaskCount = document.Tasks.Count, AnsweredCount = document.AnsweredCount, Model = document.Model, LeaderboardName = document.LeaderboardName,
            CreatedAt = document.CreatedAt, CreatedBy = document.CreatedBy,
        };
        SubmissionCommits.Fill(row, document, version.Version, version.Hash);
        db.Submissions.Add(row);
    }

    private static async IAsyncEnumerable<(T Id, DocumentVersion Version)> NewestAsync<T>(
        IServiceProvider services, string workspace, string folder, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        where T : struct, ITypeId<T>
    {
        var blobs = services.GetRequiredService<IBlobStore>();
        var root = BlobPath.Parse($"w/{workspace}/{folder}");
        var names = await blobs.ListFoldersAsync(root, cancellationToken).ToListAsync(cancellationToken);
        foreach (var name in names)
        {
            if (TypeId.TryParse<T>(name, out var id) && await new DocumentStore(blobs).ListAsync(root / name, cancellationToken) is [.., var newest])
                yield return (id, newest);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Workspace {Workspace}: bundles, listings and submissions are in the index")]
        public static partial void Rebuilt(ILogger logger, string workspace);
    }
}
