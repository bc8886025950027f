using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>
/// Makes a draft the next version: files first, rows second, under one intent. Lines that were changed are written out when they get many
/// (<see cref="FlushIfLargeAsync"/>), so memory stays flat however much a change touches. Runs within the caller's database transaction.
/// </summary>
internal sealed class DatasetTransaction(EvalMarketDbContext db, IBlobStore blobs, DatasetFiles files, IntentLog intents, TimeProvider clock, DatasetDraft draft, Intent? intent)
{
    /// <summary>Text of changed chunks that is held before it is written out.</summary>
    private const long LargeBytes = 48 * 1024 * 1024;

    /// <summary>A chunk is cut past twice the usual length, and joins a neighbour under a quarter of it.</summary>
    private const long MostBytes = 2 * ChunkBuilder.DefaultTargetBytes;

    private const long LeastBytes = ChunkBuilder.DefaultTargetBytes / 4;

    private readonly string workspace = draft.Row.Workspace;
    private readonly DatasetId dataset = draft.Row.Id;
    private Intent? intent = intent;
    private ReadOnlyMemory<byte> newest;

    public DatasetDraft Draft => draft;

    /// <summary>The lines of a chunk, to be changed.</summary>
    public Task LoadAsync(DraftChunk chunk, CancellationToken cancellationToken) => draft.LoadAsync(chunk, files, cancellationToken);

    /// <summary>Puts an item at the end of a section.</summary>
    public async Task AppendAsync(DraftSection section, ItemLine line, CancellationToken cancellationToken)
    {
        var chunk = await draft.LastChunkAsync(section, line.Text.Length, files, cancellationToken);
        chunk.Lines!.Add(line);
        chunk.IsDirty = true;
    }

    /// <summary>Takes lines out of a chunk to put them somewhere else.</summary>
    /// <param name="lines">In order.</param>
    public static void Take(DraftChunk chunk, IReadOnlyList<int> lines)
    {
        var taken = lines.ToHashSet();
        chunk.Lines = [.. chunk.Lines!.Where((_, line) => !taken.Contains(line))];
        chunk.IsDirty = true;
    }

    /// <summary>Removes items.</summary>
    /// <param name="lines">In order.</param>
    public void Remove(DraftChunk chunk, IReadOnlyList<int> lines)
    {
        var ids = lines.Select(line => chunk.Lines![line].Id).ToList();
        draft.RemovedIds.AddRange(ids);
        draft.Tombstones.AddRange(ids);
        draft.Removed += ids.Count;
        Take(chunk, lines);
    }

    /// <summary>Removes all items of a section.</summary>
    public async Task RemoveAllAsync(DraftSection section, CancellationToken cancellationToken)
    {
        foreach (var chunk in section.Chunks.ToList())
        {
            await LoadAsync(chunk, cancellationToken);
            Remove(chunk, [.. Enumerable.Range(0, chunk.Count)]);
            draft.RemoveChunk(chunk);
        }
    }

    /// <summary>Writes the changed chunks out when there are many, or in any case: what was read of places in the index is then read anew.</summary>
    public async Task FlushAsync(bool isForced, CancellationToken cancellationToken)
    {
        if (isForced)
        {
            await FlushAsync(cancellationToken);
        }
        else
        {
            await FlushIfLargeAsync(cancellationToken);
        }
    }

    /// <summary>Writes the changed chunks out when there are many.</summary>
    public async Task FlushIfLargeAsync(CancellationToken cancellationToken)
    {
        if (draft.Sections.Sum(section => section.Chunks.Sum(chunk => chunk.IsDirty ? chunk.Bytes : 0)) > LargeBytes)
        {
            await FlushAsync(cancellationToken);
        }
    }

    /// <summary>Writes everything that is left, the version's document, and the rows. The caller commits, and then calls <see cref="CompleteAsync"/>.</summary>
    public async Task<DatasetVersionRow> FinishAsync(string summary, CancellationToken cancellationToken)
    {
        // Announced and written together with the document: for an edit of one item that is half of the waiting for the disk.
        var changed = await SealAsync(cancellationToken);
        await ArrangeRowsAsync(cancellationToken);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var author = db.Tenant.Actor.Name;
        var lists = new List<EncodedChunk>();
        var sections = draft.Sections.Select(section => new DatasetDocumentSection
        {
            Id = section.Id,
            Name = section.Name,
            ItemCount = section.ItemCount,
            Lists = [.. section.Chunks.Chunk(DatasetFiles.ListLength).Select(page => Keep(lists, ListOf(page)))],
        }).ToList();
        var removed = draft.Tombstones.Chunk(10_000).Select(ids => Keep(lists, ChunkCodec.Encode(ids.Select(id =>
            (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(new RemovedItem(id), DatasetJson.Compact.RemovedItem))))).ToList();
        var document = new DatasetDocument
        {
            Id = dataset,
            Version = draft.Version,
            Name = draft.Name,
            Description = draft.Description,
            Schema = draft.Schema is { } schema ? JsonElement.Parse(schema) : null,
            CreatedAt = draft.Row.CreatedAt,
            CreatedBy = draft.Row.CreatedBy,
            At = now,
            Author = author,
            Summary = Sessions.SessionIndexing.OneLine(summary, DatasetVersionRow.SummaryLength),
            Added = draft.Added,
            Changed = draft.Changed,
            Removed = draft.Removed,
            Sections = sections,
            RemovedItems = removed.Count > 0 ? removed : null,
        };
        var made = DocumentStore.Make(DatasetFiles.VersionsOf(workspace, dataset), draft.Version, document, DatasetJson.Default.DatasetDocument);
        await WriteAsync([.. changed, .. lists], [new IntentWrite(made.Blob.Path, dataset.Value, made.Version, made.Hash)], [made.Blob], cancellationToken);

        var version = new DatasetVersionRow
        {
            Workspace = workspace,
            DatasetId = dataset,
            Version = made.Version,
            Hash = made.Hash,
            At = now,
            Author = author,
            Summary = document.Summary,
            Items = document.ItemCount,
            Added = draft.Added,
            Changed = draft.Changed,
            Removed = draft.Removed,
        };
        await SaveRowsAsync(document, version, cancellationToken);
        await intents.EnsureHeldAsync(intent!, cancellationToken);
        newest = made.Blob.Bytes;
        return version;
    }

    /// <summary>After the commit: the copy of the newest document, and the end of the intent. Recovery does the same after a crash.</summary>
    public async Task CompleteAsync()
    {
        await blobs.PutAsync([new BlobContent(DatasetFiles.NewestPath(workspace, dataset), newest)], CancellationToken.None);
        await intents.CompleteAsync(intent!, CancellationToken.None);
    }

    private static ChunkRef Keep(List<EncodedChunk> made, EncodedChunk chunk)
    {
        made.Add(chunk);
        return chunk.Ref;
    }

    private static EncodedChunk ListOf(IEnumerable<DraftChunk> page) => ChunkCodec.Encode(page.Select(chunk =>
        (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(chunk.Reference!, DatasetJson.Compact.DatasetChunkRef)));

    private async Task AnnounceAsync(IReadOnlyList<IntentWrite> writes, CancellationToken cancellationToken) => intent = intent is null
        ? await intents.BeginAsync(workspace, DatasetCommits.IntentKind, writes, null, cancellationToken)
        : await intents.RenewAsync(intent, writes, cancellationToken);

    /// <summary>Announces chunks and documents, and writes them.</summary>
    private async Task WriteAsync(IReadOnlyList<EncodedChunk> chunks, IReadOnlyList<IntentWrite> documents, IReadOnlyList<BlobContent> contents, CancellationToken cancellationToken)
    {
        if (chunks.Count + documents.Count > 0)
        {
            await AnnounceAsync([.. chunks.Select(chunk => new IntentWrite(ChunkStore.PathOf(workspace, chunk.Ref.Sha256))), .. documents], cancellationToken);
            await blobs.PutAsync([.. chunks.Select(chunk => ChunkStore.ToBlob(workspace, chunk)).DistinctBy(blob => blob.Path), .. contents], cancellationToken);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken) => await WriteAsync(await SealAsync(cancellationToken), [], [], cancellationToken);

    /// <summary>Seals the changed chunks, and indexes what is different in them. They have to be written before the commit.</summary>
    private async Task<List<EncodedChunk>> SealAsync(CancellationToken cancellationToken)
    {
        await CutAsync(cancellationToken);
        var dirty = draft.Sections.SelectMany(section => section.Chunks).Where(chunk => chunk.IsDirty).ToList();
        var sealing = dirty.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(chunk => SealedChunk.Seal(chunk.Lines!, line => IsEntered(chunk, chunk.Lines![line]))).ToList();
        await UnindexAsync(dirty, cancellationToken);
        foreach (var section in draft.Sections)
        {
            section.Rank();
        }

        var index = new DatasetIndexing(db, workspace, dataset);
        for (var i = 0; i < dirty.Count; i++)
        {
            var (chunk, made) = (dirty[i], sealing[i]);
            var lines = chunk.Lines!;
            index.Add(made, chunk.Number, line => IsMoved(chunk, lines[line], line), line => lines[line].IsChanged);
            index.Add(made.RowOf(workspace, dataset, chunk.Number, chunk.Section.Id, chunk.Rank));
            chunk.Reference = made.Reference;
            chunk.Summary = made.Summary;
            chunk.Indexed = (chunk.Section.Id, chunk.Rank);
            chunk.Lines = null;
            chunk.IsDirty = false;
        }

        await index.FinishAsync(isLocked: true, cancellationToken);
        foreach (var chunk in draft.Sections.SelectMany(section => section.Chunks))
        {
            chunk.Lines = null;
        }

        return sealing.ConvertAll(chunk => chunk.File);
    }

    /// <summary>Whether the index does not have the item in this chunk as it is.</summary>
    private static bool IsEntered(DraftChunk chunk, ItemLine item) => item.IsChanged || item.Chunk != chunk.Number;

    private static bool IsMoved(DraftChunk chunk, ItemLine item, int line) => IsEntered(chunk, item) || item.Line != line;

    /// <summary>Chunks that have become too long are cut, short ones join a neighbour, empty ones go.</summary>
    private async Task CutAsync(CancellationToken cancellationToken)
    {
        foreach (var section in draft.Sections)
        {
            foreach (var chunk in section.Chunks.Where(chunk => chunk.IsDirty).ToList())
            {
                if (chunk.Count == 0)
                {
                    draft.RemoveChunk(chunk);
                    continue;
                }

                var at = section.Chunks.IndexOf(chunk);
                if (chunk.Bytes < LeastBytes && at > 0 && section.Chunks[at - 1] is var before && before.Bytes + chunk.Bytes <= ChunkBuilder.DefaultTargetBytes)
                {
                    await LoadAsync(before, cancellationToken);
                    before.Lines!.AddRange(chunk.Lines!);
                    before.IsDirty = true;
                    draft.RemoveChunk(chunk);
                }
                else if (chunk.Bytes < LeastBytes && at < section.Chunks.Count - 1 && section.Chunks[at + 1] is var next && next.Bytes + chunk.Bytes <= ChunkBuilder.DefaultTargetBytes)
                {
                    await LoadAsync(next, cancellationToken);
                    next.Lines!.InsertRange(0, chunk.Lines!);
                    next.IsDirty = true;
                    draft.RemoveChunk(chunk);
                }
                else if (chunk.Bytes > MostBytes && chunk.Count > 1)
                {
                    Split(section, chunk, at);
                }
            }
        }
    }

    private void Split(DraftSection section, DraftChunk chunk, int at)
    {
        var lines = chunk.Lines!;
        chunk.Lines = [];
        var (target, bytes) = (chunk, 0L);
        foreach (var line in lines)
        {
            if (target.Lines!.Count > 0 && bytes + line.Text.Length + 1 > ChunkBuilder.DefaultTargetBytes)
            {
                target = draft.AddChunk(section, ++at, draft.NextChunk++);
                bytes = 0;
            }

            target.Lines!.Add(line);
            bytes += line.Text.Length + 1;
        }
    }

    /// <summary>Takes from the index what is gone, and what will be entered anew.</summary>
    private async Task UnindexAsync(List<DraftChunk> dirty, CancellationToken cancellationToken)
    {
        var gone = draft.RemovedIds;
        var changed = dirty.SelectMany(chunk => chunk.Lines!).Where(line => !line.IsNew && line.IsChanged).Select(line => line.Id);
        foreach (var ids in gone.Concat(changed).Chunk(5_000))
        {
            await db.DatasetItemMessages.Where(row => row.DatasetId == dataset && ids.Contains(row.ItemId)).ExecuteDeleteAsync(cancellationToken);
        }

        var moved = dirty.SelectMany(chunk => chunk.Lines!.Where((line, at) => !line.IsNew && IsMoved(chunk, line, at))).Select(line => line.Id);
        foreach (var ids in gone.Concat(moved).Chunk(5_000))
        {
            await db.DatasetItems.Where(row => row.DatasetId == dataset && ids.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        }

        gone.Clear();
        // Chunks of a long stream have words before they have a row.
        foreach (var numbers in draft.DroppedChunks.Concat(dirty.Select(chunk => chunk.Number)).Chunk(5_000))
        {
            await db.DatasetChunkWords.Where(row => row.DatasetId == dataset && numbers.Contains(row.Number)).ExecuteDeleteAsync(cancellationToken);
            await db.DatasetChunks.Where(row => row.DatasetId == dataset && numbers.Contains(row.Number)).ExecuteDeleteAsync(cancellationToken);
        }

        draft.DroppedChunks.Clear();
    }

    /// <summary>Rows of chunks that are only somewhere else now, and of those that were written before.</summary>
    private async Task ArrangeRowsAsync(CancellationToken cancellationToken)
    {
        var index = new DatasetIndexing(db, workspace, dataset);
        foreach (var chunk in draft.Sections.SelectMany(section => section.Chunks).Where(chunk => chunk.Indexed != (chunk.Section.Id, chunk.Rank)))
        {
            if (chunk.Indexed is not null)
            {
                await db.DatasetChunks.Where(row => row.DatasetId == dataset && row.Number == chunk.Number).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.SectionId, chunk.Section.Id).SetProperty(row => row.Rank, chunk.Rank), cancellationToken);
            }
            else
            {
                index.Add(new DatasetChunkRow
                {
                    Workspace = workspace,
                    DatasetId = dataset,
                    Number = chunk.Number,
                    SectionId = chunk.Section.Id,
                    Rank = chunk.Rank,
                    Lines = chunk.Reference!.Lines,
                    Reference = JsonSerializer.Serialize(chunk.Reference, DatasetJson.Compact.DatasetChunkRef),
                    Summary = JsonSerializer.Serialize(chunk.Summary!, DatasetJson.Compact.ChunkSummary),
                });
            }
        }

        await index.SaveAsync(cancellationToken);
    }

    private async Task SaveRowsAsync(DatasetDocument document, DatasetVersionRow version, CancellationToken cancellationToken)
    {
        var row = draft.Row;
        if (row.Version == 0 && !draft.IsRowThere)
        {
            db.Datasets.Add(row);
        }
        else
        {
            db.Datasets.Update(row);
        }

        row.Version = version.Version;
        row.Hash = version.Hash;
        row.Name = document.Name;
        row.Description = document.Description;
        row.Schema = draft.Schema;
        row.ItemCount = document.ItemCount;
        row.UpdatedAt = document.At;
        row.UpdatedBy = document.Author;
        row.NextChunk = Math.Max(row.NextChunk, draft.NextChunk);
        db.DatasetVersions.Add(version);
        await db.SaveChangesAsync(cancellationToken);
        await db.DatasetSections.Where(section => section.DatasetId == dataset).ExecuteDeleteAsync(cancellationToken);
        db.DatasetSections.AddRange(document.Sections.Select((section, i) => new DatasetSectionRow
        {
            Workspace = workspace,
            DatasetId = dataset,
            Id = section.Id,
            Name = section.Name,
            Ordinal = i,
            ItemCount = section.ItemCount,
        }));
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        await SaveTombstonesAsync(cancellationToken);
    }

    private async Task SaveTombstonesAsync(CancellationToken cancellationToken)
    {
        if (draft.Added > 0)
        {
            // Items that are there again.
            await db.DatasetTombstones
                .Where(tombstone => tombstone.DatasetId == dataset && db.DatasetItems.Any(item => item.DatasetId == dataset && item.Id == tombstone.ItemId))
                .ExecuteDeleteAsync(cancellationToken);
        }

        foreach (var ids in draft.Tombstones.Chunk(5_000))
        {
            await db.DatasetTombstones.Where(tombstone => tombstone.DatasetId == dataset && ids.Contains(tombstone.ItemId)).ExecuteDeleteAsync(cancellationToken);
            await db.BulkInsertAsync([.. ids.Select(id => new DatasetTombstone { Workspace = workspace, DatasetId = dataset, ItemId = id, DeletedIn = draft.Version })], cancellationToken);
        }
    }
}
