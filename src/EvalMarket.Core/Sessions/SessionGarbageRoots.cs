using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Sessions;

/// <summary>The chunks that sessions hold on to: those that their rows name.</summary>
internal sealed class SessionGarbageRoots(IServiceScopeFactory scopes) : IGarbageRoots
{
    public async IAsyncEnumerable<string> LiveChunksAsync(string workspace, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(workspace, Actor.Nobody);
        var db = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        await foreach (var chunks in db.Sessions.AsNoTracking().Select(row => row.Chunks).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            foreach (var chunk in JsonSerializer.Deserialize(chunks, SessionJsonContext.Compact.IReadOnlyListChunkRef)!)
            {
                yield return chunk.Sha256;
            }
        }
    }
}
