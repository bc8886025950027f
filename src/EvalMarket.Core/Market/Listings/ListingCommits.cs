using System.Text.Json;
using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Listings;

/// <summary>Makes and changes the seller's listings. Going to the market copies what buyers get to <c>market/</c>, under the same intent.</summary>
public sealed class ListingCommits(
    EvalMarketDbContext db, Tenant tenant, IBlobStore blobs, BundleFiles bundles, MarketFiles market, PreviewChecks previews, IntentLog intents, AuditTrail audit, TimeProvider clock)
{
    public const string IntentKind = "listings";

    private readonly DocumentStore documents = new(blobs);

    /// <summary><c>w/{workspace}/listings/{id}</c></summary>
    public static BlobPath FolderOf(string workspace, ListingId id) => BlobPath.Parse($"w/{workspace}/listings/{id.Value}");

    /// <summary><c>invalid_listing</c> with every error, <c>slug_taken</c>, or not found when the bundle is not there.</summary>
    public async Task<Outcome<ListingRow>> CreateAsync(NewListing listing, CancellationToken cancellationToken)
    {
        var slug = listing.Slug ?? ListingRules.SlugOf(listing.Page.Title);
        List<ContentError> errors = [.. ListingRules.Check(listing.Page)];
        if (!ListingRules.IsSlug(slug))
            errors.Insert(0, new ContentError($"The address of a listing has {ListingRules.SlugRule}", "/slug"));
        var workspace = tenant.Required;
        if (!await db.Bundles.AnyAsync(row => row.Id == listing.BundleId, cancellationToken))
            errors.Add(new ContentError("There is no such bundle in this workspace.", "/bundle_id"));
        else
            errors.AddRange(await previews.CheckAsync(listing.BundleId, listing.Page.PreviewIds, cancellationToken));
        if (errors.Count > 0)
            return Refused(errors);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
            return new NotFound();
        // The name is one of the whole market, so the tenant filter is left out; nothing but "taken" is said.
        if (await db.Listings.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).AnyAsync(row => row.Slug == slug, cancellationToken))
            return Taken(slug);

        var now = clock.GetUtcNow();
        var document = new ListingDocument
        {
            Id = TypeId.New<ListingId>(now), Slug = slug, Status = listing.Status, BundleId = listing.BundleId, Page = Tidy(listing.Page),
            SellerName = await SellerNameAsync(workspace, cancellationToken), CreatedAt = now, UpdatedAt = now,
        };
        return await CommitAsync(null, document, publish: listing.Status is ListingStatus.Published or ListingStatus.Unlisted, transaction, cancellationToken);
    }

    /// <summary>Changes a listing of the workspace; <c>never_published</c> when a draft is to be archived.</summary>
    public async Task<Outcome<ListingRow>> ChangeAsync(string slug, ListingChange change, CancellationToken cancellationToken)
    {
        var workspace = tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken)
            || await db.Listings.Include(one => one.Tags).SingleOrDefaultAsync(one => one.Slug == slug, cancellationToken) is not { } row)
        {
            return new NotFound();
        }

        List<ContentError> errors = change.Page is { } page ? [.. ListingRules.Check(page)] : [];
        var bundle = change.BundleId ?? row.BundleId;
        if (!await db.Bundles.AnyAsync(one => one.Id == bundle, cancellationToken))
            errors.Add(new ContentError("There is no such bundle in this workspace.", "/bundle_id"));
        else if (change.Page is not null && !change.Page.PreviewIds.SequenceEqual(row.PreviewIds, StringComparer.Ordinal))
            errors.AddRange(await previews.CheckAsync(bundle, change.Page.PreviewIds, cancellationToken));
        if (change.Status == ListingStatus.Draft && row.Version > 0)
            errors.Add(new ContentError("A listing that was published once is no draft any more. Take it out of the market with unlisted or archived.", "/status"));
        if (change.Status == ListingStatus.Archived && row.Version == 0)
            errors.Add(new ContentError("A draft that nobody holds is deleted, not archived.", "/status"));
        if (errors.Count > 0)
            return Refused(errors);

        var before = await ReadAsync(row, cancellationToken);
        var now = clock.GetUtcNow();
        var document = before with
        {
            Page = change.Page is { } tidy ? Tidy(tidy) : before.Page,
            Status = change.Status ?? before.Status,
            BundleId = bundle,
            SellerName = await SellerNameAsync(workspace, cancellationToken),
            UpdatedAt = now,
        };
        var isPublic = document.Status is ListingStatus.Published or ListingStatus.Unlisted;
        var publish = isPublic && (row.Version == 0 || change.PublishVersion || bundle != row.BundleId);
        return await CommitAsync(row, document, publish, transaction, cancellationToken);
    }

    /// <summary>Keeps that the nonce of a version is public from now on.</summary>
    public async Task<Outcome<ListingRow>> RevealAsync(string slug, int version, string nonce, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(tenant.Required, cancellationToken)
            || await db.Listings.Include(one => one.Tags).SingleOrDefaultAsync(one => one.Slug == slug, cancellationToken) is not { } row
            || await db.ListingVersions.SingleOrDefaultAsync(one => one.ListingId == row.Id && one.Number == version, cancellationToken) is not { } found)
        {
            return new NotFound();
        }

        found.Nonce = nonce;
        var before = await ReadAsync(row, cancellationToken);
        var document = before with { Versions = [.. before.Versions.Select(one => one.Number == version ? one with { Nonce = nonce } : one)], UpdatedAt = clock.GetUtcNow() };
        return await CommitAsync(row, document, publish: false, transaction, cancellationToken);
    }

    /// <summary>Deletes a draft; <c>listing_published</c> for what went to the market once, because others may hold it.</summary>
    public async Task<Failure?> DeleteAsync(string slug, CancellationToken cancellationToken)
    {
        var workspace = tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken) || await db.Listings.AsNoTracking().SingleOrDefaultAsync(one => one.Slug == slug, cancellationToken) is not { } row)
            return new NotFound();
        if (row.Version > 0)
            return new Conflict("listing_published", "This listing was in the market, and others may hold it. Archive it instead.");

        var path = DocumentStore.PathOf(FolderOf(workspace, row.Id), row.Revision, row.Hash);
        var intent = await intents.BeginAsync(workspace, IntentKind, [new IntentWrite(path, row.Id.Value, row.Revision, row.Hash)], null, cancellationToken);
        await db.Listings.Where(one => one.Id == row.Id).ExecuteDeleteAsync(cancellationToken);
        audit.Record("listing.deleted", row.Slug);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await blobs.DeleteAsync([path], CancellationToken.None);
        await intents.CompleteAsync(intent, CancellationToken.None);
        return null;
    }

    internal async Task<ListingDocument> ReadAsync(ListingRow row, CancellationToken cancellationToken) =>
        await documents.ReadAsync(FolderOf(row.Workspace, row.Id), row.Revision, row.Hash, ListingJson.Default.ListingDocument, cancellationToken)
        ?? throw new StorageException(StorageFailure.Missing, $"The document of listing {row.Id} is not in the store. Restore it from a backup.");

    private static Invalid Refused(IReadOnlyList<ContentError> errors) =>
        new("invalid_listing", errors.Count == 1 ? errors[0].Message : $"{errors.Count} things are not right yet.", errors);

    private static Conflict Taken(string slug) => new("slug_taken", $"The address '{slug}' is taken. Choose another one.");

    private static ListingPage Tidy(ListingPage page) => page with
    {
        Title = page.Title.Trim(),
        Summary = page.Summary.Trim(),
        Tags = [.. page.Tags.Distinct(StringComparer.Ordinal)],
    };

    private Task<string> SellerNameAsync(string workspace, CancellationToken cancellationToken) =>
        db.Workspaces.Where(row => row.Slug == workspace).Select(row => row.Name).SingleAsync(cancellationToken);

    private async Task<Outcome<ListingRow>> CommitAsync(
        ListingRow? row, ListingDocument document, bool publish, Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, CancellationToken cancellationToken)
    {
        var workspace = tenant.Required;
        var revision = (row?.Revision ?? 0) + 1;
        var replaced = row is null ? (BlobPath?)null : DocumentStore.PathOf(FolderOf(workspace, row.Id), row.Revision, row.Hash);
        var number = document.Versions.Count + 1;
        // What the document will be is known when the copies are there; recovery goes by the revision that the row reached.
        var writes = new List<IntentWrite> { new(FolderOf(workspace, document.Id), document.Id.Value, revision) };
        if (publish)
            writes.Add(new IntentWrite(MarketFiles.FolderOf(document.Id, number), document.Id.Value, revision));
        var intent = await intents.BeginAsync(workspace, IntentKind, writes, null, cancellationToken);
        if (publish)
        {
            var version = await PublishAsync(document, number, cancellationToken);
            document = document with { Versions = [.. document.Versions, version], PublishedAt = document.PublishedAt ?? clock.GetUtcNow() };
            intent = await intents.RenewAsync(intent, [], cancellationToken);
            db.ListingVersions.Add(RowOf(workspace, document.Id, version));
        }

        var made = DocumentStore.Make(FolderOf(workspace, document.Id), revision, document, ListingJson.Default.ListingDocument);
        await blobs.PutAsync([made.Blob], cancellationToken);
        var isNew = row is null;
        row = Index(row, workspace, document, revision, made.Hash);
        audit.Record(isNew ? "listing.created" : publish ? "listing.published" : "listing.changed", row.Slug);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (isNew && db.IsUniqueViolation(exception))
        {
            // Another workspace took the name between the look and the insert.
            await transaction.RollbackAsync(CancellationToken.None);
            await blobs.DeleteAsync([made.Blob.Path], CancellationToken.None);
            await market.RemoveAsync($"{MarketFiles.FolderOf(document.Id, number)}/", CancellationToken.None);
            await intents.CompleteAsync(intent, CancellationToken.None);
            return Taken(document.Slug);
        }

        await intents.EnsureHeldAsync(intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (replaced is { } old && old != made.Blob.Path)
            await blobs.DeleteAsync([old], CancellationToken.None);
        await intents.CompleteAsync(intent, CancellationToken.None);
        return row;
    }

    /// <summary>Copies the newest version of the bundle to the market.</summary>
    private async Task<MarketVersion> PublishAsync(ListingDocument listing, int number, CancellationToken cancellationToken)
    {
        var row = await db.Bundles.AsNoTracking().SingleAsync(one => one.Id == listing.BundleId, cancellationToken);
        var bundle = await bundles.ReadAsync(row, null, cancellationToken)
            ?? throw new StorageException(StorageFailure.Missing, $"The document of bundle {row.Id} is not in the store. Restore it from a backup.");
        await using var tasks = await bundles.OpenTasksAsync(row.Workspace, row.Id, bundle.Upload, cancellationToken);
        await using var reference = bundle.Reference is null ? null : await bundles.OpenReferenceAsync(row.Workspace, row.Id, bundle.Upload, cancellationToken);
        var page = JsonSerializer.SerializeToUtf8Bytes(listing.Page, ListingJson.Default.ListingPage);
        var archive = await market.CopyAsync(listing.Id, number, tasks, reference, bundle.Files, page, cancellationToken);
        return new MarketVersion
        {
            Number = number, BundleId = row.Id, BundleVersion = row.Version, Upload = bundle.Upload, PublishedAt = clock.GetUtcNow(), Commitment = bundle.Key.Commitment,
            TaskCount = bundle.TaskCount, ScoredCount = bundle.ScoredCount, Criteria = bundle.Criteria, Tasks = bundle.Tasks, Reference = archive, Files = bundle.Files,
        };
    }

    internal static ListingVersionRow RowOf(string workspace, ListingId listing, MarketVersion version) => new()
    {
        Workspace = workspace, ListingId = listing, Number = version.Number, BundleId = version.BundleId, BundleVersion = version.BundleVersion, Upload = version.Upload,
        Commitment = version.Commitment, Nonce = version.Nonce, PublishedAt = version.PublishedAt, Facts = JsonSerializer.Serialize(version, ListingJson.Default.MarketVersion),
    };

    /// <summary>Puts the row of a document into the index; used here and by the rebuilding of the index.</summary>
    internal ListingRow Index(ListingRow? row, string workspace, ListingDocument document, int revision, string hash)
    {
        var page = document.Page;
        if (row is null)
        {
            row = new ListingRow
            {
                Workspace = workspace, Id = document.Id, Slug = document.Slug, Revision = revision, Hash = hash, Status = document.Status, BundleId = document.BundleId,
                Title = page.Title, Summary = page.Summary, Description = page.Description, Products = page.Products, Price = page.Price, Currency = page.Currency,
                Quota = page.Quota, Reveal = page.Reveal, PreviewTasks = page.PreviewTasks, SellerName = document.SellerName, CreatedAt = document.CreatedAt, UpdatedAt = document.UpdatedAt,
            };
            db.Listings.Add(row);
        }

        var newest = document.Versions.Count > 0 ? document.Versions[^1] : null;
        row.Revision = revision;
        row.Hash = hash;
        row.Status = document.Status;
        row.BundleId = document.BundleId;
        row.Version = newest?.Number ?? 0;
        row.Title = page.Title;
        row.Summary = page.Summary;
        row.Description = page.Description;
        row.DataCard = page.DataCard;
        row.License = page.License;
        row.Products = page.Products;
        row.Price = page.Price;
        row.Currency = page.Currency;
        row.Quota = page.Quota;
        row.Reveal = page.Reveal;
        row.PreviewTasks = page.PreviewTasks;
        row.PreviewIds = page.PreviewIds;
        row.SellerName = document.SellerName;
        row.PublishedAt = document.PublishedAt;
        row.UpdatedAt = document.UpdatedAt;
        row.ChangedAt = document.UpdatedAt;
        row.TaskCount = newest?.TaskCount ?? 0;
        row.Traits = ListingTraits.Of(newest);
        row.SearchText = string.Join('\n', [page.Title, page.Summary, string.Join(' ', page.Tags), document.SellerName, page.Description, page.DataCard.Motivation, page.DataCard.Provenance, page.DataCard.Limits]).ToLowerInvariant();
        SetTags(row, page.Tags);
        return row;
    }

    private static void SetTags(ListingRow row, IReadOnlyList<string> tags)
    {
        row.Tags.RemoveAll(tag => !tags.Contains(tag.Tag, StringComparer.Ordinal));
        foreach (var (index, tag) in tags.Index())
        {
            if (row.Tags.Find(one => one.Tag == tag) is { } known)
                known.Ordinal = index;
            else
                row.Tags.Add(new ListingTag { Workspace = row.Workspace, ListingId = row.Id, Tag = tag, Ordinal = index });
        }
    }
}
