using System.Runtime.CompilerServices;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Datasets;

/// <summary>The chunks that datasets hold on to: those of all their versions, deleted datasets' too, list pages, and lists of removed items.</summary>
internal sealed class DatasetGarbageRoots(IServiceScopeFactory scopes, DatasetFiles files) : IGarbageRoots
{
    public async IAsyncEnumerable<string> LiveChunksAsync(string workspace, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(workspace, Actor.Nobody);
        var db = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        // Most versions share most of their list pages.
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var version in await db.DatasetVersions.AsNoTracking().ToListAsync(cancellationToken))
        {
            var document = await files.ReadDocumentAsync(workspace, version.DatasetId, version.Version, version.Hash, cancellationToken);
            foreach (var removed in document.RemovedItems ?? [])
            {
                yield return removed.Sha256;
            }

            foreach (var list in document.Sections.SelectMany(section => section.Lists).Where(list => read.Add(list.Sha256)))
            {
                yield return list.Sha256;
                foreach (var chunk in await files.ReadListAsync(workspace, list, cancellationToken))
                {
                    yield return chunk.Sha256;
                }
            }
        }
    }
}
