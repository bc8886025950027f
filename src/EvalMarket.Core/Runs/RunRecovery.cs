using System.Runtime.CompilerServices;
using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Runs;

/// <summary>After a crash in the middle of an upload or a deletion: a document that no row names goes.</summary>
internal sealed class RunRecovery(IServiceScopeFactory scopes) : IIntentRecovery
{
    public string Kind => RunUploads.IntentKind;

    public Task RecoverAsync(Intent intent, CancellationToken cancellationToken) =>
        RecoveryScope.RunAsync(scopes, intent, async (db, blobs) =>
        {
            var documents = intent.Writes.Where(write => write.Subject is not null).ToList();
            var ids = documents.Select(write => RunId.FromTrusted(write.Subject!)).ToList();
            var rows = await db.Runs.AsNoTracking().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Hash, cancellationToken);
            await blobs.DeleteAsync([.. documents.Where(write => rows.GetValueOrDefault(RunId.FromTrusted(write.Subject!)) != write.Hash).Select(write => write.Path)], cancellationToken);
        }, cancellationToken);
}

/// <summary>The chunks that runs hold on to: those that their documents name.</summary>
internal sealed class RunGarbageRoots(IServiceScopeFactory scopes) : IGarbageRoots
{
    public async IAsyncEnumerable<string> LiveChunksAsync(string workspace, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(workspace, Actor.Nobody);
        var db = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        var files = scope.ServiceProvider.GetRequiredService<RunFiles>();
        var runs = await db.Runs.AsNoTracking().OrderBy(row => row.Id).ToListAsync(cancellationToken);
        foreach (var run in runs)
        {
            var document = await files.ReadDocumentAsync(run, cancellationToken);
            foreach (var chunk in document.Sections.SelectMany(section => section.Chunks))
            {
                yield return chunk.Sha256;
            }
        }
    }
}
