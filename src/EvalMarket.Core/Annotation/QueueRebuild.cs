using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EvalMarket.Core.Annotation;

/// <summary>Rebuilds the rows of queues from their documents and logs, after the sessions' own. Reservations are over.</summary>
public sealed partial class QueueRebuild(IServiceScopeFactory scopes, ILogger<QueueRebuild> logger) : IIndexRebuilder
{
    public string Name => "queues";

    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        List<string> slugs;
        await using (var scope = scopes.CreateAsyncScope())
        {
            slugs = await scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Workspaces.Select(row => row.Slug).ToListAsync(cancellationToken);
        }

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
        var index = scope.ServiceProvider.GetRequiredService<QueueIndex>();

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.LockWorkspaceAsync(workspace, cancellationToken);
        await db.QueueItems.ExecuteDeleteAsync(cancellationToken);
        await db.Queues.ExecuteDeleteAsync(cancellationToken);
        var queues = 0;
        await foreach (var name in blobs.ListFoldersAsync(QueueFiles.Root(workspace), cancellationToken))
        {
            if (TypeId.TryParse<QueueId>(name, out var id) && await ReadAsync(workspace, id, blobs, cancellationToken) is { } row)
            {
                db.Queues.Add(row);
                await db.SaveChangesAsync(cancellationToken);
                db.ChangeTracker.Clear();
                await ReplayAsync(row, blobs, db, index, cancellationToken);
                queues++;
            }
        }

        await transaction.CommitAsync(cancellationToken);
        Log.Rebuilt(logger, workspace, queues);
    }

    /// <summary>The row of a queue's newest whole document; null when there is none.</summary>
    private async Task<QueueRow?> ReadAsync(string workspace, QueueId id, IBlobStore blobs, CancellationToken cancellationToken)
    {
        var documents = new DocumentStore(blobs);
        var folder = QueueFiles.FolderOf(workspace, id);
        foreach (var version in (await documents.ListAsync(folder, cancellationToken)).Reverse())
        {
            try
            {
                if (await documents.ReadAsync(folder, version.Version, version.Hash, QueueJson.Default.QueueDocument, cancellationToken) is { } document)
                {
                    return document.ToRow(workspace, version.Version, version.Hash);
                }
            }
            catch (StorageException exception) when (exception.Failure == StorageFailure.Corrupt)
            {
                Log.PassedOver(logger, exception, version.Path.Value);
            }
        }

        return null;
    }

    private static async Task ReplayAsync(QueueRow row, IBlobStore blobs, EvalMarketDbContext db, QueueIndex index, CancellationToken cancellationToken)
    {
        var sequence = 0L;
        await foreach (var line in new AppendLog(blobs).ReadAsync(QueueFiles.LogOf(row.Workspace, row.Id), -1, cancellationToken))
        {
            sequence = line.Sequence;
            await index.ApplyAsync(row, JsonSerializer.Deserialize(line.Line.Span, QueueJson.Compact.QueueLogLine)!, sequence, cancellationToken);
        }

        await db.Queues.Where(queue => queue.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(queue => queue.LogSequence, sequence), cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Workspace {Workspace}: {Queues} annotation queues are in the index")]
        public static partial void Rebuilt(ILogger logger, string workspace, int queues);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Document} is passed over: it cannot be read")]
        public static partial void PassedOver(ILogger logger, Exception exception, string document);
    }
}
