using System.Data;
using System.Linq.Expressions;
using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Formats;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Workspaces;

/// <summary>Workspaces: making, finding, renaming and ending them.</summary>
public sealed class WorkspaceService(
    EvalMarketDbContext database, Tenant tenant, IBlobStore blobs, AuditTrail audit, IServiceScopeFactory scopes, Limits limits, TimeProvider time)
{
    public const int NameLength = 100;

    /// <summary>How many files are deleted at a time.</summary>
    private const int DeletionBatch = 500;

    /// <summary>
    /// Makes a workspace with the person as its owner. The caller's own scope stays where it is.
    /// <c>slug_taken</c> when there is one of that name, <c>invalid_workspace</c> for a bad slug or name, <c>too_many_workspaces</c> at the limit.
    /// </summary>
    public async Task<Outcome<Workspace>> CreateAsync(NewWorkspace workspace, Guid owner, string ownerName, CancellationToken cancellationToken)
    {
        var name = workspace.Name.Trim();
        if (Check(workspace.Slug, name) is { } invalid)
            return invalid;

        var owned = await database.Memberships.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .CountAsync(row => row.UserId == owner && row.Role == WorkspaceRole.Owner, cancellationToken);
        if (owned >= limits.WorkspacesPerUser)
            return new Conflict("too_many_workspaces", $"You own {owned} workspaces, which is as many as this server allows.");
        if (await IsTakenAsync(workspace.Slug, cancellationToken))
            return SlugTaken(workspace.Slug);

        var now = time.GetUtcNow();
        var row = new Workspace { Slug = workspace.Slug, Name = name, CreatedAt = now, IsSample = workspace.IsSample };
        await PutDocumentAsync(row, cancellationToken);

        return await InsertAsync(row, owner, ownerName, cancellationToken) ? row : SlugTaken(row.Slug);
    }

    /// <summary>The person's workspaces, by name.</summary>
    public async Task<IReadOnlyList<WorkspaceSummary>> ListForAsync(Guid user, CancellationToken cancellationToken) =>
        await Places(user).OrderBy(place => place.Workspace.Name).ThenBy(place => place.Workspace.Slug).Select(Summary).ToListAsync(cancellationToken);

    /// <summary>The person's place in a workspace; null when there is no such workspace or they are no member, which is the same.</summary>
    public Task<WorkspaceSummary?> FindForAsync(string slug, Guid user, CancellationToken cancellationToken) =>
        Places(user).Where(place => place.Workspace.Slug == slug).Select(Summary).SingleOrDefaultAsync(cancellationToken);

    /// <summary>
    /// Makes the person the owner of a workspace that has no members at all, as after its files were restored and indexed again.
    /// False when there is no such workspace, or it has members.
    /// </summary>
    public async Task<bool> AdoptAsync(string slug, Guid owner, string ownerName, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(slug, new Actor(ownerName, owner, null, Permissions.Of(WorkspaceRole.Owner)));
        var inside = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        await using var transaction = await inside.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        if (!await inside.LockWorkspaceAsync(slug, cancellationToken) || await inside.Memberships.AnyAsync(cancellationToken))
            return false;

        inside.Memberships.Add(new Membership { Workspace = slug, UserId = owner, Role = WorkspaceRole.Owner, JoinedAt = time.GetUtcNow() });
        scope.ServiceProvider.GetRequiredService<AuditTrail>().Record("workspace.adopted", slug);
        await inside.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Changes the display name of the workspace that the scope has entered.</summary>
    public async Task<Failure?> RenameAsync(string name, CancellationToken cancellationToken)
    {
        var trimmed = name.Trim();
        if (Check(tenant.Required, trimmed) is { } invalid)
            return invalid;

        await using var transaction = await database.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        if (!await database.LockWorkspaceAsync(tenant.Required, cancellationToken))
            return new NotFound();

        var row = await database.Workspaces.SingleAsync(workspace => workspace.Slug == tenant.Required, cancellationToken);
        if (row.Name == trimmed)
            return null;

        row.Name = trimmed;
        audit.Record("workspace.renamed", row.Slug);
        await PutDocumentAsync(row, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    /// <summary>
    /// Ends the workspace that the scope has entered: first its rows, so that nobody sees it any more, then its files,
    /// <c>workspace.json</c> first, so that <c>reindex</c> does not bring it back. Can be run again when the files were not finished.
    /// </summary>
    public async Task<Failure?> DeleteAsync(CancellationToken cancellationToken)
    {
        var slug = tenant.Required;
        var rows = await database.Workspaces.Where(row => row.Slug == slug).ExecuteDeleteAsync(cancellationToken);

        // These have no foreign key that would take them along.
        await database.DatasetItems.ExecuteDeleteAsync(cancellationToken);
        await database.DatasetItemMessages.ExecuteDeleteAsync(cancellationToken);
        await database.DatasetChunkWords.ExecuteDeleteAsync(cancellationToken);
        await database.DatasetWordBlocks.ExecuteDeleteAsync(cancellationToken);
        await database.DatasetWordRuns.ExecuteDeleteAsync(cancellationToken);
        await database.DatasetTombstones.ExecuteDeleteAsync(cancellationToken);

        await blobs.DeleteAsync([WorkspaceDocument.PathOf(slug)], cancellationToken);
        // The copies in the market first, and the keys: the listings' own folders, which say what they are, go last.
        var listings = await blobs.ListFoldersAsync(BlobPath.Parse($"w/{slug}/listings"), cancellationToken).ToListAsync(cancellationToken);
        foreach (var prefix in listings.Select(listing => $"market/{listing}/").Append($"vault/{slug}/").Append($"w/{slug}/"))
            await DeleteFilesAsync(prefix, cancellationToken);
        return rows == 1 ? null : new NotFound();
    }

    private async Task DeleteFilesAsync(string prefix, CancellationToken cancellationToken)
    {
        var batch = new List<BlobPath>(DeletionBatch);
        await foreach (var blob in blobs.ListAsync(prefix, cancellationToken))
        {
            batch.Add(blob.Path);
            if (batch.Count == DeletionBatch)
            {
                await blobs.DeleteAsync(batch, cancellationToken);
                batch.Clear();
            }
        }

        await blobs.DeleteAsync(batch, cancellationToken);
    }

    private static readonly Expression<Func<Place, WorkspaceSummary>> Summary = place => new WorkspaceSummary(
        place.Workspace.Slug, place.Workspace.Name, place.Membership.Role, place.Workspace.IsSample, place.Workspace.CreatedAt);

    private static Invalid? Check(string slug, string name)
    {
        List<ContentError> errors = [];
        if (!WorkspaceSlug.IsValid(slug))
            errors.Add(new ContentError($"A workspace's address is made of {WorkspaceSlug.Rule}", "/slug"));
        if (name.Length is 0 or > NameLength)
            errors.Add(new ContentError($"A workspace needs a name of 1 to {NameLength} characters.", "/name"));
        return errors.Count == 0 ? null : new Invalid("invalid_workspace", errors[0].Message, errors);
    }

    private static Conflict SlugTaken(string slug) => new("slug_taken", $"The address '{slug}' is taken. Choose another one.");

    /// <summary>A row, or files that a deletion has not reached yet: a new tenant must not inherit them.</summary>
    private async Task<bool> IsTakenAsync(string slug, CancellationToken cancellationToken)
    {
        if (await database.Workspaces.AnyAsync(row => row.Slug == slug, cancellationToken))
            return true;

        var document = WorkspaceDocument.PathOf(slug);
        await foreach (var blob in blobs.ListAsync($"w/{slug}/", cancellationToken))
        {
            if (blob.Path != document)
                return true;
        }

        return false;
    }

    /// <summary>In a scope of its own, which enters the new workspace: should it turn out to be somebody else's, the caller never was in it.</summary>
    private async Task<bool> InsertAsync(Workspace row, Guid owner, string ownerName, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var inside = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(row.Slug, new Actor(ownerName, owner, null, Permissions.Of(WorkspaceRole.Owner)));
        inside.Workspaces.Add(row);
        inside.Memberships.Add(new Membership { Workspace = row.Slug, UserId = owner, Role = WorkspaceRole.Owner, JoinedAt = row.CreatedAt });
        scope.ServiceProvider.GetRequiredService<AuditTrail>().Record("workspace.created", row.Slug);
        try
        {
            await inside.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception) when (inside.IsUniqueViolation(exception))
        {
            // Somebody else took the slug between the look and the insert: the file shall say their name again.
            if (await database.Workspaces.AsNoTracking().SingleOrDefaultAsync(other => other.Slug == row.Slug, cancellationToken) is { } winner)
                await PutDocumentAsync(winner, cancellationToken);
            return false;
        }
    }

    private Task PutDocumentAsync(Workspace row, CancellationToken cancellationToken) =>
        blobs.PutAsync([new BlobContent(WorkspaceDocument.PathOf(row.Slug), WorkspaceDocument.Of(row).Serialize())], cancellationToken);

    /// <summary>Across workspaces, and therefore only ever of one person.</summary>
    private IQueryable<Place> Places(Guid user) =>
        from membership in database.Memberships.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
        join workspace in database.Workspaces on membership.Workspace equals workspace.Slug
        where membership.UserId == user
        select new Place { Membership = membership, Workspace = workspace };

    private sealed class Place
    {
        public required Membership Membership { get; init; }

        public required Workspace Workspace { get; init; }
    }
}

/// <summary>What a new workspace is to be.</summary>
public sealed record NewWorkspace(string Slug, string Name, bool IsSample = false);
