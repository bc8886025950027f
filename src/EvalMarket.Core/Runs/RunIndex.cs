using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EvalMarket.Core.Runs;

/// <summary>Rebuilds the index rows of all runs from their documents and chunks. What is not whole was never acknowledged and is passed over.</summary>
internal sealed partial class RunIndex(IServiceScopeFactory scopes, ILogger<RunIndex> logger) : IIndexRebuilder
{
    public string Name => "runs";

    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var slugs = await scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Workspaces.Select(row => row.Slug).ToListAsync(cancellationToken);
        foreach (var slug in slugs)
        {
            await RebuildAsync(slug, cancellationToken);
        }
    }

    internal static RunRow RowOf(string workspace, RunDocument document, int version, string hash) => new()
    {
        Workspace = workspace,
        Id = document.Id,
        DatasetId = document.DatasetId,
        DatasetVersion = document.DatasetVersion,
        Version = version,
        Hash = hash,
        Name = document.Name,
        Model = document.Model,
        Provider = document.Provider,
        Status = document.Status,
        CreatedAt = document.CreatedAt,
        CreatedBy = document.CreatedBy,
        Results = document.Statistics.All.Results,
        Passed = document.Statistics.All.Passed,
        Failed = document.Statistics.All.Failed,
        MeanScore = document.Statistics.All.MeanScore,
    };

    private async Task RebuildAsync(string workspace, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(workspace, Actor.Nobody);
        var db = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        var blobs = scope.ServiceProvider.GetRequiredService<IBlobStore>();
        var files = scope.ServiceProvider.GetRequiredService<RunFiles>();

        // One transaction: readers see the old index until the new one is whole.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.LockWorkspaceAsync(workspace, cancellationToken);
        await db.RunResults.ExecuteDeleteAsync(cancellationToken);
        await db.Runs.ExecuteDeleteAsync(cancellationToken);
        var runs = 0;
        await foreach (var folder in blobs.ListFoldersAsync(BlobPath.Parse($"w/{workspace}/runs"), cancellationToken))
        {
            if (TypeId.TryParse<RunId>(folder, out var id) && await IndexAsync(workspace, id, db, files, cancellationToken))
            {
                runs++;
            }
        }

        await transaction.CommitAsync(cancellationToken);
        Log.Rebuilt(logger, workspace, runs);
    }

    private async Task<bool> IndexAsync(string workspace, RunId id, EvalMarketDbContext db, RunFiles files, CancellationToken cancellationToken)
    {
        foreach (var version in (await files.ListVersionsAsync(workspace, id, cancellationToken)).Reverse())
        {
            try
            {
                var document = await files.ReadDocumentAsync(workspace, id, version.Version, version.Hash, cancellationToken);
                var rows = new List<RunResultRow>();
                await foreach (var (section, chunk, line, result) in files.ReadAllAsync(document, workspace, cancellationToken))
                {
                    rows.Add(new RunResultRow
                    {
                        Workspace = workspace,
                        RunId = id,
                        ItemId = ItemId.FromTrusted(result.ItemId),
                        Section = section,
                        Chunk = chunk,
                        Line = line,
                        Outcome = RunWriting.OutcomeOf(result),
                        Score = result.Score,
                        LatencyMs = result.LatencyMs,
                    });
                }

                db.Runs.Add(RowOf(workspace, document, version.Version, version.Hash));
                await db.SaveChangesAsync(cancellationToken);
                db.ChangeTracker.Clear();
                await db.BulkInsertAsync(rows, cancellationToken);
                return true;
            }
            catch (Exception exception) when (exception is InvalidDataException or StorageException { Failure: StorageFailure.Missing or StorageFailure.Corrupt })
            {
                Log.PassedOver(logger, exception, version.Path.Value);
            }
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Workspace {Workspace}: {Runs} runs are in the index")]
        public static partial void Rebuilt(ILogger logger, string workspace, int runs);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Document} is passed over: it is not whole")]
        public static partial void PassedOver(ILogger logger, Exception exception, string document);
    }
}
