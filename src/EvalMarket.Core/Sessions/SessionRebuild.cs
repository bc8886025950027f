using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EvalMarket.Core.Sessions;

/// <summary>
/// Rebuilds the index rows of all sessions from their documents, then replays the label logs. A document whose chunks are not all
/// there was never acknowledged and is passed over; of several, the newest whole one counts.
/// </summary>
public sealed partial class SessionRebuild(IServiceScopeFactory scopes, ILogger<SessionRebuild> logger) : IIndexRebuilder
{
    private const int BatchSize = 200;

    public string Name => "sessions";

    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var slugs = await scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>()
            .Workspaces.Select(row => row.Slug).ToListAsync(cancellationToken);
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
        var files = scope.ServiceProvider.GetRequiredService<SessionFiles>();
        var commits = scope.ServiceProvider.GetRequiredService<SessionCommits>();

        // One transaction: readers see the old index until the new one is whole.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.LockWorkspaceAsync(workspace, cancellationToken);
        var revision = await db.RevisionAsync(workspace, cancellationToken);
        await db.LabelHistory.ExecuteDeleteAsync(cancellationToken);
        await db.LabelChanges.ExecuteDeleteAsync(cancellationToken);
        await db.Sessions.ExecuteDeleteAsync(cancellationToken);

        var sessions = 0;
        await foreach (var folder in blobs.ListFoldersAsync(BlobPath.Parse($"w/{workspace}/sessions"), cancellationToken))
        {
            if (TypeId.TryParse<SessionId>(folder, out var id) && await IndexAsync(workspace, id, revision, blobs, files, commits, cancellationToken)
                && ++sessions % BatchSize == 0)
            {
                await db.SaveChangesAsync(cancellationToken);
                db.ChangeTracker.Clear();
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        var sequence = await ReplayAsync(scope.ServiceProvider, workspace, revision, db, cancellationToken);
        await db.Workspaces.Where(row => row.Slug == workspace)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LabelSequence, sequence), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Log.Rebuilt(logger, workspace, sessions, sequence);
    }

    /// <summary>Adds the row of a session's newest whole document.</summary>
    private async Task<bool> IndexAsync(
        string workspace, SessionId id, long revision, IBlobStore blobs, SessionFiles files, SessionCommits commits, CancellationToken cancellationToken)
    {
        var versions = await new DocumentStore(blobs).ListAsync(SessionFiles.FolderOf(workspace, id), cancellationToken);
        foreach (var version in versions.Reverse())
        {
            try
            {
                var document = await files.ReadDocumentAsync(workspace, id, version.Version, version.Hash, cancellationToken);
                var messages = new List<Message>(document.MessageCount);
                await foreach (var message in files.ReadMessagesAsync(workspace, document.Chunks, cancellationToken))
                {
                    messages.Add(message);
                }

                commits.Add(workspace, document, version.Version, version.Hash, revision, messages, SessionIndexing.WordsOf(document.Title, messages));
                return true;
            }
            catch (StorageException exception) when (exception.Failure is StorageFailure.Missing or StorageFailure.Corrupt)
            {
                Log.PassedOver(logger, exception, version.Path.Value);
            }
        }

        return false;
    }

    /// <summary>Applies every line of the label logs, in order.</summary>
    /// <returns>The last sequence.</returns>
    private static async Task<long> ReplayAsync(IServiceProvider services, string workspace, long revision, EvalMarketDbContext db, CancellationToken cancellationToken)
    {
        var index = services.GetRequiredService<LabelIndex>();
        var sequence = 0L;
        await foreach (var line in services.GetRequiredService<LabelLog>().ReadAsync(workspace, -1, cancellationToken))
        {
            sequence = line.Sequence;
            await index.ReplayAsync(JsonSerializer.Deserialize(line.Line.Span, SessionJsonContext.Compact.LabelLogLine)!, sequence, revision, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return sequence;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Workspace {Workspace}: {Sessions} sessions and {Sequence} label changes are in the index")]
        public static partial void Rebuilt(ILogger logger, string workspace, int sessions, long sequence);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Document} is passed over: its chunks are not whole")]
        public static partial void PassedOver(ILogger logger, Exception exception, string document);
    }
}
