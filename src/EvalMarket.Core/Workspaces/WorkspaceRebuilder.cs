using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Workspaces;

/// <summary>Makes a row for every workspace folder that has none: a copied folder becomes a workspace. Members are only in the database, so it has none until somebody is given a place.</summary>
public sealed class WorkspaceRebuilder(EvalMarketDbContext database, IBlobStore blobs) : IIndexRebuilder
{
    private static readonly BlobPath Folder = BlobPath.Parse("w");

    public string Name => "workspaces";

    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        var known = await database.Workspaces.Select(row => row.Slug).ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        await foreach (var slug in blobs.ListFoldersAsync(Folder, cancellationToken))
        {
            if (known.Contains(slug) || !WorkspaceSlug.IsValid(slug)
                || await blobs.ReadAsync(WorkspaceDocument.PathOf(slug), cancellationToken) is not { } bytes)
            {
                continue;
            }

            var document = WorkspaceDocument.Parse(bytes);
            database.Workspaces.Add(new Workspace { Slug = slug, Name = document.Name, CreatedAt = document.CreatedAt, IsSample = document.IsSample });
        }

        await database.SaveChangesAsync(cancellationToken);
    }
}
