using System.Collections.Concurrent;
using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets.Items;

/// <summary>Where the items of a version are: its chunks in order, with the position at which each begins. Immutable; a million items have some two thousand chunks.</summary>
internal sealed class DatasetLayout
{
    private readonly Dictionary<long, int> byNumber;
    private readonly Dictionary<SectionId, int> sectionIndex;

    public DatasetLayout(DatasetView dataset, IEnumerable<LayoutChunk> chunks)
    {
        Dataset = dataset;
        sectionIndex = dataset.Sections.Index().ToDictionary(section => section.Item.Id, section => section.Index);
        var start = 0L;
        var ordered = new List<LayoutChunk>();
        foreach (var chunk in chunks.Where(chunk => sectionIndex.ContainsKey(chunk.Section)).OrderBy(chunk => sectionIndex[chunk.Section]).ThenBy(chunk => chunk.Rank))
        {
            ordered.Add(chunk with { Index = ordered.Count, Start = start });
            start += chunk.Reference.Lines;
        }

        Chunks = ordered;
        byNumber = ordered.Where(chunk => chunk.Number > 0).ToDictionary(chunk => chunk.Number, chunk => chunk.Index);
    }

    public DatasetView Dataset { get; }

    public IReadOnlyList<LayoutChunk> Chunks { get; }

    public LayoutChunk? Find(long number) => byNumber.TryGetValue(number, out var index) ? Chunks[index] : null;

    /// <summary>The first chunk that comes at or after a place; the number of chunks when none does. Null when its section is gone.</summary>
    public int? IndexOf(ItemPlace place)
    {
        if (!sectionIndex.TryGetValue(place.Section, out var section))
        {
            return null;
        }

        var (low, high) = (0, Chunks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var chunk = Chunks[middle];
            var at = sectionIndex[chunk.Section];
            if (at < section || (at == section && chunk.Rank < place.Rank))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The place of a position, from 1; null past the end.</summary>
    public ItemPlace? PlaceOf(long position)
    {
        var chunk = Chunks.LastOrDefault(chunk => chunk.Start < position);
        return chunk is not null && position <= chunk.Start + chunk.Reference.Lines ? new ItemPlace(chunk.Section, chunk.Rank, (int)(position - 1 - chunk.Start)) : null;
    }
}

/// <summary>A chunk of a layout.</summary>
/// <param name="Number">0 in old versions.</param>
/// <param name="Summary">Null where it is not known: in old versions.</param>
internal sealed record LayoutChunk(long Number, SectionId Section, long Rank, DatasetChunkRef Reference, ChunkSummary? Summary)
{
    public int Index { get; init; }

    /// <summary>How many items come before it.</summary>
    public long Start { get; init; }
}

/// <summary>Layouts of newest versions, kept while they are that.</summary>
public sealed class DatasetLayouts
{
    private const int MostChunks = 200_000;

    private readonly ConcurrentDictionary<(string Workspace, DatasetId Dataset), DatasetLayout> known = new();
    private long chunks;

    /// <summary>The layout of the newest version; null when there is no such dataset.</summary>
    internal async Task<DatasetLayout?> GetAsync(EvalMarketDbContext db, DatasetId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await DatasetDirectory.FindAsync(db, id, cancellationToken) is not { } dataset)
            {
                return null;
            }

            if (Known(dataset.Row) is { } layout)
            {
                return layout;
            }

            var rows = await db.DatasetChunks.AsNoTracking().Where(row => row.DatasetId == id).ToListAsync(cancellationToken);
            // A change may have come between the two.
            if (await db.Datasets.AnyAsync(row => row.Id == id && row.Version == dataset.Row.Version && row.Hash == dataset.Row.Hash, cancellationToken))
            {
                layout = new DatasetLayout(dataset, rows.Select(row => new LayoutChunk(
                    row.Number,
                    row.SectionId,
                    row.Rank,
                    JsonSerializer.Deserialize(row.Reference, DatasetJson.Compact.DatasetChunkRef)!,
                    JsonSerializer.Deserialize(row.Summary, DatasetJson.Compact.ChunkSummary)!)));
                Keep(layout, db);
                return layout;
            }
        }
    }

    /// <summary>The layout of the version that a row says; null when it is not known.</summary>
    internal DatasetLayout? Known(DatasetRow row) =>
        known.TryGetValue((row.Workspace, row.Id), out var layout) && layout.Dataset.Row.Version == row.Version && layout.Dataset.Row.Hash == row.Hash ? layout : null;

    /// <summary>Keeps the layout of a version that has been committed.</summary>
    internal void Keep(DatasetLayout layout, EvalMarketDbContext db)
    {
        // Within a transaction there may be changes that will never have been.
        if (db.Database.CurrentTransaction is not null)
        {
            return;
        }

        var key = (layout.Dataset.Row.Workspace, layout.Dataset.Id);
        var more = layout.Chunks.Count - (known.TryGetValue(key, out var before) ? before.Chunks.Count : 0);
        if (Interlocked.Add(ref chunks, more) > MostChunks)
        {
            known.Clear();
            Interlocked.Exchange(ref chunks, layout.Chunks.Count);
        }

        known[key] = layout;
    }
}
