using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Words;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>Collects rows of chunks and their items, and puts them into the index by the database's own way for many rows.</summary>
internal sealed class DatasetIndexing(EvalMarketDbContext db, string workspace, DatasetId dataset)
{
    private readonly List<DatasetItemRow> items = [];
    private readonly List<DatasetItemMessage> messages = [];
    private readonly List<DatasetChunkRow> chunks = [];
    private readonly List<DatasetChunkWords> words = [];
    private readonly WordRuns runs = new(db, workspace, dataset);

    public int ItemCount => items.Count;

    public void Add(DatasetChunkRow chunk) => chunks.Add(chunk);

    /// <summary>Adds the words of a chunk, and rows of its items.</summary>
    /// <param name="chunk">Sealed.</param>
    /// <param name="number">Its number.</param>
    /// <param name="isWanted">Whether the item at a line gets a row.</param>
    /// <param name="hasNewMessages">Whether the messages that the item at a line is connected to get rows.</param>
    public void Add(SealedChunk chunk, long number, Func<int, bool> isWanted, Func<int, bool> hasNewMessages)
    {
        items.AddRange(chunk.RowsOf(workspace, dataset, number, isWanted));
        words.Add(new DatasetChunkWords { Workspace = workspace, DatasetId = dataset, Number = number, List = chunk.WordList });
        runs.Add(chunk.Words, number);
        for (var line = 0; line < chunk.Items.Count; line++)
        {
            if (chunk.Items[line] is { Messages.Count: > 0 } item && hasNewMessages(line))
            {
                messages.AddRange(item.Messages.Distinct().Select(message =>
                    new DatasetItemMessage { Workspace = workspace, DatasetId = dataset, ItemId = item.Id, MessageId = message }));
            }
        }
    }

    /// <summary>Adds the words of a chunk that is there, and rows of all its items.</summary>
    /// <exception cref="Storage.StorageException">It is missing or damaged.</exception>
    public async Task<ChunkSummary> AddAsync(DatasetFiles files, DatasetChunkRef reference, long number, CancellationToken cancellationToken)
    {
        var lines = new List<ReadOnlyMemory<byte>>(reference.Lines);
        await foreach (var line in files.Chunks.ReadLinesAsync(workspace, reference.ToChunkRef(), cancellationToken))
        {
            lines.Add(line.ToArray());
        }

        var chunk = SealedChunk.Of(reference, lines);
        Add(chunk, number, _ => true, _ => true);
        return chunk.Summary;
    }

    /// <summary>Writes what came together; words of the last chunks wait for more.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        await db.BulkInsertAsync(items, cancellationToken);
        await db.BulkInsertAsync(messages, cancellationToken);
        await db.BulkInsertAsync(chunks, cancellationToken);
        await db.BulkInsertAsync(words, cancellationToken);
        await runs.SaveAsync(cancellationToken);
        items.Clear();
        messages.Clear();
        chunks.Clear();
        words.Clear();
    }

    /// <summary>Writes all that is left.</summary>
    /// <param name="isLocked">Whether the transaction has the workspace's lock.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task FinishAsync(bool isLocked, CancellationToken cancellationToken)
    {
        await SaveAsync(cancellationToken);
        await runs.FinishAsync(isLocked, cancellationToken);
    }
}
