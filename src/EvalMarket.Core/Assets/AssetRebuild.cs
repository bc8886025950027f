using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Assets;

/// <summary>Rebuilds the index of files from the documents beside them.</summary>
internal sealed class AssetRebuild(IServiceScopeFactory scopes) : IIndexRebuilder
{
    public string Name => "assets";

    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var slugs = await scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Workspaces.Select(row => row.Slug).ToListAsync(cancellationToken);
        foreach (var slug in slugs)
        {
            await RebuildAsync(slug, cancellationToken);
        }
    }

    private async Task RebuildAsync(string workspace, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(workspace, Actor.Nobody);
        var db = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        var blobs = scope.ServiceProvider.GetRequiredService<IBlobStore>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.LockWorkspaceAsync(workspace, cancellationToken);
        await db.Assets.ExecuteDeleteAsync(cancellationToken);
        var rows = new List<AssetRow>();
        await foreach (var blob in blobs.ListAsync($"w/{workspace}/assets/", cancellationToken))
        {
            if (blob.Path.Name.EndsWith(".json", StringComparison.Ordinal) && await blobs.ReadAsync(blob.Path, cancellationToken) is { } bytes
                && JsonSerializer.Deserialize(bytes, AssetJson.Default.AssetDocument) is { } document)
            {
                rows.Add(new AssetRow
                {
                    Workspace = workspace,
                    Id = document.Id,
                    Sha256 = document.Sha256,
                    Name = document.Name,
                    MimeType = document.MimeType,
                    Bytes = document.Bytes,
                    Crc32 = document.Crc32,
                    CreatedAt = document.CreatedAt,
                    CreatedBy = document.CreatedBy,
                });
            }
        }

        await db.BulkInsertAsync(rows, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
