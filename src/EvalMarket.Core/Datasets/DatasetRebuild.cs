using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EvalMarket.Core.Datasets;

/// <summary>
/// Rebuilds the index of all datasets from their files: each version's document gives its row, the newest whole one the sections, chunks, items and words, and what the
/// documents name as removed the tombstones. Public links are in the database alone: those of datasets that are there stay.
/// </summary>
internal sealed partial class DatasetRebuild(IServiceScopeFactory scopes, ILogger<DatasetRebuild> logger) : IIndexRebuilder
{
    private const int ChunksAtOnce = 16;

    public string Name => "datasets";

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
        var files = scope.ServiceProvider.GetRequiredService<DatasetFiles>();

        // One transaction: readers see the old index until the new one is whole.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.LockWorkspaceAsync(workspace, cancellationToken);
        var links = await db.PublicLinks.AsNoTracking().ToListAsync(cancellationToken);
        await db.DatasetItemMessages.ExecuteDeleteAsync(cancellationToken);
        await db.DatasetItems.ExecuteDeleteAsync(cancellationToken);
        await db.DatasetChunkWords.ExecuteDeleteAsync(cancellationToken);
        await db.DatasetWordBlocks.ExecuteDeleteAsync(cancellationToken);
        await db.DatasetWordRuns.ExecuteDeleteAsync(cancellationToken);
        await db.DatasetTombstones.ExecuteDeleteAsync(cancellationToken);
        await db.Datasets.ExecuteDeleteAsync(cancellationToken);

        var datasets = 0;
        await foreach (var folder in blobs.ListFoldersAsync(BlobPath.Parse($"w/{workspace}/datasets"), cancellationToken))
        {
            if (TypeId.TryParse<DatasetId>(folder, out var id) && await IndexAsync(db, blobs, files, workspace, id, cancellationToken))
            {
                datasets++;
                db.PublicLinks.AddRange(links.Where(link => link.DatasetId == id));
                await db.SaveChangesAsync(cancellationToken);
                db.ChangeTracker.Clear();
            }
        }

        await db.EndBulkAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Log.Rebuilt(logger, workspace, datasets);
    }

    private async Task<bool> IndexAsync(EvalMarketDbContext db, IBlobStore blobs, DatasetFiles files, string workspace, DatasetId id, CancellationToken cancellationToken)
    {
        var documents = new List<(DatasetDocument Document, string Hash)>();
        foreach (var version in await new DocumentStore(blobs).ListAsync(DatasetFiles.VersionsOf(workspace, id), cancellationToken))
        {
            try
            {
                documents.Add((await files.ReadDocumentAsync(workspace, id, version.Version, version.Hash, cancellationToken), version.Hash));
            }
            catch (StorageException exception) when (exception.Failure is StorageFailure.Missing or StorageFailure.Corrupt)
            {
                Log.PassedOver(logger, exception, version.Path.Value);
            }
        }

        // A version that a crash left half is newer than all others.
        while (documents is [.., var last])
        {
            if (await IsWholeAsync(blobs, files, workspace, last.Document, last.Hash, cancellationToken))
            {
                await SaveAsync(db, files, workspace, documents, await files.ReadMarksAsync(workspace, id, cancellationToken), cancellationToken);
                return true;
            }

            Log.PassedOver(logger, null, DatasetFiles.DocumentPath(workspace, id, last.Document.Version, last.Hash).Value);
            documents.RemoveAt(documents.Count - 1);
        }

        return false;
    }

    /// <summary>Whether every file of a version is there.</summary>
    private static async Task<bool> IsWholeAsync(IBlobStore blobs, DatasetFiles files, string workspace, DatasetDocument document, string hash, CancellationToken cancellationToken)
    {
        try
        {
            var contents = await files.ReadContentsAsync(workspace, document.Id, document.Version, hash, cancellationToken);
            foreach (var chunk in contents.Sections.SelectMany(section => section.Chunks))
            {
                await using var file = await blobs.OpenReadAsync(ChunkStore.PathOf(workspace, chunk.Sha256), cancellationToken);
                if (file is null)
                {
                    return false;
                }
            }

            return true;
        }
        catch (StorageException exception) when (exception.Failure is StorageFailure.Missing or StorageFailure.Corrupt)
        {
            return false;
        }
    }

    private static async Task SaveAsync(
        EvalMarketDbContext db, DatasetFiles files, string workspace, List<(DatasetDocument Document, string Hash)> documents, DatasetMarks marks, CancellationToken cancellationToken)
    {
        var (newest, hash) = documents[^1];
        var row = new DatasetRow
        {
            Workspace = workspace,
            Id = newest.Id,
            Version = newest.Version,
            Hash = hash,
            Name = newest.Name,
            Description = newest.Description,
            Schema = newest.Schema?.GetRawText(),
            ItemCount = newest.ItemCount,
            CreatedAt = newest.CreatedAt,
            CreatedBy = newest.CreatedBy,
            UpdatedAt = newest.At,
            UpdatedBy = newest.Author,
            DeletedAt = marks.DeletedAt,
            DeletedBy = marks.DeletedBy,
        };
        db.Datasets.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        db.DatasetVersions.AddRange(documents.Select(version => RowOf(workspace, version.Document, version.Hash, marks)));
        var contents = await files.ReadContentsAsync(workspace, newest.Id, newest.Version, hash, cancellationToken);
        foreach (var (ordinal, section) in contents.Sections.Index())
        {
            db.DatasetSections.Add(new DatasetSectionRow
            {
                Workspace = workspace,
                DatasetId = newest.Id,
                Id = section.Id,
                Name = section.Name,
                Ordinal = ordinal,
                ItemCount = section.ItemCount,
            });
        }

        await db.SaveChangesAsync(cancellationToken);
        row.NextChunk = await IndexChunksAsync(db, files, contents, cancellationToken);
        await db.Datasets.Where(each => each.Id == newest.Id).ExecuteUpdateAsync(set => set.SetProperty(each => each.NextChunk, row.NextChunk), cancellationToken);
        db.ChangeTracker.Clear();
        await BuryAsync(db, files, workspace, newest.Id, documents, cancellationToken);
    }

    private static DatasetVersionRow RowOf(string workspace, DatasetDocument document, string hash, DatasetMarks marks)
    {
        var mark = marks.Versions.FirstOrDefault(mark => mark.Version == document.Version);
        return new DatasetVersionRow
        {
            Workspace = workspace,
            DatasetId = document.Id,
            Version = document.Version,
            Hash = hash,
            At = document.At,
            Author = document.Author,
            Summary = document.Summary,
            Items = document.ItemCount,
            Added = document.Added,
            Changed = document.Changed,
            Removed = document.Removed,
            Name = mark?.Name,
            IsPinned = mark?.Pinned ?? false,
        };
    }

    private static async Task<long> IndexChunksAsync(EvalMarketDbContext db, DatasetFiles files, DatasetContents contents, CancellationToken cancellationToken)
    {
        var index = new DatasetIndexing(db, contents.Workspace, contents.Id);
        var number = 1L;
        foreach (var section in contents.Sections)
        {
            foreach (var (i, reference) in section.Chunks.Index())
            {
                var summary = await index.AddAsync(files, reference, number, cancellationToken);
                index.Add(new DatasetChunkRow
                {
                    Workspace = contents.Workspace,
                    DatasetId = contents.Id,
                    Number = number,
                    SectionId = section.Id,
                    Rank = (i + 1) * DraftChunk.RankStep,
                    Lines = reference.Lines,
                    Reference = JsonSerializer.Serialize(reference, DatasetJson.Compact.DatasetChunkRef),
                    Summary = JsonSerializer.Serialize(summary, DatasetJson.Compact.ChunkSummary),
                });
                if (number++ % ChunksAtOnce == 0)
                {
                    await index.SaveAsync(cancellationToken);
                }
            }
        }

        await index.FinishAsync(isLocked: true, cancellationToken);
        return number;
    }

    /// <summary>Makes the tombstones: what a version removed and the newest has not.</summary>
    private static async Task BuryAsync(
        EvalMarketDbContext db, DatasetFiles files, string workspace, DatasetId id, List<(DatasetDocument Document, string Hash)> documents, CancellationToken cancellationToken)
    {
        var gone = new Dictionary<ItemId, int>();
        foreach (var (document, _) in documents)
        {
            await foreach (var item in files.ReadRemovedAsync(workspace, document, cancellationToken))
            {
                gone[item] = document.Version;
            }
        }

        foreach (var batch in gone.Chunk(5_000))
        {
            await db.BulkInsertAsync(
                [.. batch.Select(item => new DatasetTombstone { Workspace = workspace, DatasetId = id, ItemId = item.Key, DeletedIn = item.Value })], cancellationToken);
        }

        await db.DatasetTombstones.Where(tombstone => tombstone.DatasetId == id && db.DatasetItems.Any(item => item.DatasetId == id && item.Id == tombstone.ItemId))
            .ExecuteDeleteAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Workspace {Workspace}: {Datasets} datasets are in the index")]
        public static partial void Rebuilt(ILogger logger, string workspace, int datasets);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Document} is passed over: its files are not whole")]
        public static partial void PassedOver(ILogger logger, Exception? exception, string document);
    }
}
