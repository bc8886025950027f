using System.Runtime.CompilerServices;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets.Items;

/// <summary>An item with its content.</summary>
/// <param name="Line">Its JSON as it is stored and as the API gives it, without line end.</param>
/// <param name="Section">Where it is.</param>
/// <param name="Origin">How it came in.</param>
/// <param name="Version">The version of the dataset that it was read from.</param>
public sealed record ItemView(ItemId Id, ReadOnlyMemory<byte> Line, SectionId Section, ItemOrigin Origin, int Version)
{
    /// <summary>The entity tag, without quotes: changes with every change of the item.</summary>
    public string Hash => ItemSketch.HashOf(Line.Span);

    public DatasetItem Read() => DatasetItemReader.ReadStored(Line);
}

/// <summary>The item was deleted.</summary>
/// <param name="DeletedIn">The version that has it no more.</param>
/// <param name="LastIn">The newest version that can still be read and has it; null when none is kept.</param>
public sealed record ItemDeleted(int DeletedIn, int? LastIn) : Failure(
    "item_deleted",
    LastIn is { } last ? $"This item was deleted in version {DeletedIn}. Version {last} has it." : $"This item was deleted in version {DeletedIn}.");

/// <summary>Opens items: their content, at any version.</summary>
public sealed class ItemStore(EvalMarketDbContext db, DatasetLayouts layouts, DatasetVersions versions, DatasetFiles files)
{
    /// <summary>Versions in which a change is looked for.</summary>
    private const int LookedVersions = 50;

    /// <summary>An item of the newest version, or of another one.</summary>
    /// <returns>Not found, or <see cref="ItemDeleted"/> when the newest version is asked for and an older one had it.</returns>
    public async Task<Outcome<ItemView>> OpenAsync(DatasetId dataset, ItemId item, int? version, CancellationToken cancellationToken)
    {
        if (await layouts.GetAsync(db, dataset, cancellationToken) is not { } layout)
        {
            return new NotFound();
        }

        if (version is { } wanted && wanted != layout.Dataset.Row.Version)
        {
            return await versions.OpenAsync(dataset, wanted, cancellationToken) is { } contents
                && await FindAsync(contents, item, layout, cancellationToken) is { } old ? old : new NotFound();
        }

        while (true)
        {
            if (await db.DatasetItems.AsNoTracking().FirstOrDefaultAsync(row => row.DatasetId == dataset && row.Id == item, cancellationToken) is not { } row)
            {
                return await DeletedAsync(dataset, item, layout, cancellationToken);
            }

            if (layout.Find(row.Chunk) is { } chunk && await ReadAsync(layout, [row], cancellationToken) is [var line])
            {
                return new ItemView(item, line, chunk.Section, row.Origin, layout.Dataset.Row.Version);
            }

            // A change came between row and file.
            if (await layouts.GetAsync(db, dataset, cancellationToken) is not { } again)
            {
                return new NotFound();
            }

            layout = again;
        }
    }

    /// <summary>The version that gave an item of the newest version the text that it has; null when that was before the versions that are looked at.</summary>
    public async Task<DatasetVersionRow?> LastChangeAsync(DatasetId dataset, ItemView item, CancellationToken cancellationToken)
    {
        var rows = (await versions.ListAsync(dataset, null, LookedVersions, cancellationToken)).Items;
        foreach (var (row, before) in rows.Zip(rows.Skip(1)))
        {
            if (!(await OpenAsync(dataset, item.Id, before.Version, cancellationToken)).Succeeded(out var old, out _) || old.Hash != item.Hash)
            {
                return row;
            }
        }

        return rows.Count < LookedVersions ? rows[^1] : null;
    }

    /// <summary>The content of items of a list, in its order. Opens a few megabytes of them at once, each chunk of those once.</summary>
    /// <param name="dataset">Whose they are.</param>
    /// <param name="items">As <see cref="ItemDirectory"/> gave them. One that was changed or deleted since is left out.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<ItemView> OpenAsync(DatasetId dataset, IReadOnlyList<ListedItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (items.Count == 0 || await layouts.GetAsync(db, dataset, cancellationToken) is not { } layout)
        {
            yield break;
        }

        var parts = items.ToAsyncEnumerable().BatchAsync(
            items.Count, item => layout.Find(item.Row.Chunk)?.Reference is { } chunk ? chunk.Bytes / Math.Max(1, chunk.Lines) : 0, cancellationToken);
        await foreach (var part in parts)
        {
            var lines = await ReadAllAsync(layout, [.. part.Select(item => item.Row)], cancellationToken);
            foreach (var (item, line) in part.Zip(lines))
            {
                if (line is { } text)
                {
                    yield return new ItemView(item.Row.Id, text, item.Section, item.Row.Origin, layout.Dataset.Row.Version);
                }
            }
        }
    }

    /// <summary>All items of a version that match, in order.</summary>
    public async IAsyncEnumerable<ItemView> StreamAsync(DatasetContents contents, ItemFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var looks = filter.NarrowsItems || filter.Words is not null;
        foreach (var section in contents.Sections.Where(section => filter.Sections.Count == 0 || filter.Sections.Contains(section.Id)))
        {
            foreach (var chunk in section.Chunks)
            {
                await foreach (var (_, item) in LinesAsync(contents, section, chunk, cancellationToken))
                {
                    if (!looks || filter.Matches(ItemSketch.Read(item.Line.Span), item.Origin))
                    {
                        yield return item;
                    }
                }
            }
        }
    }

    /// <summary>Finds an item in an old version: where its chunk is now, if that version had the same, else in the chunks that the two do not share.</summary>
    internal async Task<ItemView?> FindAsync(DatasetContents contents, ItemId item, DatasetLayout newest, CancellationToken cancellationToken)
    {
        var id = contents.Id;
        var row = await db.DatasetItems.AsNoTracking().FirstOrDefaultAsync(each => each.DatasetId == id && each.Id == item, cancellationToken);
        var current = row is null ? null : newest.Find(row.Chunk)?.Reference.Sha256;
        var shared = newest.Chunks.Select(chunk => chunk.Reference.Sha256).ToHashSet(StringComparer.Ordinal);
        foreach (var section in contents.Sections)
        {
            foreach (var chunk in section.Chunks.Where(chunk => chunk.Sha256 == current || !shared.Contains(chunk.Sha256)))
            {
                ItemView? found = null;
                // To the end of the chunk: only then is it known to be undamaged.
                await foreach (var (_, each) in LinesAsync(contents, section, chunk, cancellationToken))
                {
                    found = each.Id == item ? each : found;
                }

                if (found is not null)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private async IAsyncEnumerable<(int Line, ItemView Item)> LinesAsync(
        DatasetContents contents, DatasetSection section, DatasetChunkRef chunk, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var origins = chunk.Origins.SelectMany(run => Enumerable.Repeat(run.Origin, run.Lines)).ToList();
        var number = 0;
        await foreach (var line in files.Chunks.ReadLinesAsync(contents.Workspace, chunk.ToChunkRef(), cancellationToken))
        {
            yield return (number, new ItemView(ItemSketch.IdOf(line.Span), line.ToArray(), section.Id, origins[number], contents.Version));
            number++;
        }
    }

    private async Task<Failure> DeletedAsync(DatasetId dataset, ItemId item, DatasetLayout newest, CancellationToken cancellationToken)
    {
        if (await db.DatasetTombstones.AsNoTracking().FirstOrDefaultAsync(row => row.DatasetId == dataset && row.ItemId == item, cancellationToken) is not { } tombstone)
        {
            return new NotFound();
        }

        var before = await db.DatasetVersions.AsNoTracking().Where(row => row.DatasetId == dataset && row.Version < tombstone.DeletedIn)
            .OrderByDescending(row => row.Version).Select(row => row.Version).Take(5).ToListAsync(cancellationToken);
        foreach (var version in before)
        {
            if (await versions.OpenAsync(dataset, version, cancellationToken) is { } contents && await FindAsync(contents, item, newest, cancellationToken) is not null)
            {
                return new ItemDeleted(tombstone.DeletedIn, version);
            }
        }

        return new ItemDeleted(tombstone.DeletedIn, null);
    }

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(DatasetLayout layout, IReadOnlyList<DatasetItemRow> rows, CancellationToken cancellationToken) =>
        [.. (await ReadAllAsync(layout, rows, cancellationToken)).OfType<ReadOnlyMemory<byte>>()];

    /// <summary>The lines of rows; null where a row is not of this layout any more.</summary>
    private async Task<ReadOnlyMemory<byte>?[]> ReadAllAsync(DatasetLayout layout, IReadOnlyList<DatasetItemRow> rows, CancellationToken cancellationToken)
    {
        var found = new ReadOnlyMemory<byte>?[rows.Count];
        var chunks = rows.Index().GroupBy(row => row.Item.Chunk);
        await Parallel.ForEachAsync(chunks, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (group, token) =>
        {
            if (layout.Find(group.Key) is not { } chunk)
            {
                return;
            }

            if (await PickAsync(layout, chunk, [.. group], found, token))
            {
                return;
            }

            var wanted = group.ToLookup(row => row.Item.Line);
            var number = 0;
            await foreach (var line in files.Chunks.ReadLinesAsync(layout.Dataset.Row.Workspace, chunk.Reference.ToChunkRef(), token))
            {
                foreach (var (index, row) in wanted[number])
                {
                    found[index] = ItemSketch.IdOf(line.Span) == row.Id ? line.ToArray() : null;
                }

                number++;
            }
        });
        return found;
    }

    /// <summary>Reads the lines of rows of one chunk, and no more of it than that takes; false when they are not what the rows say.</summary>
    private async Task<bool> PickAsync(DatasetLayout layout, LayoutChunk chunk, IReadOnlyList<(int Index, DatasetItemRow Item)> rows, ReadOnlyMemory<byte>?[] found, CancellationToken cancellationToken)
    {
        List<int> numbers = [.. rows.Select(row => row.Item.Line).Distinct().Order()];
        var lines = await files.Chunks.PickLinesAsync(layout.Dataset.Row.Workspace, chunk.Reference.ToChunkRef(), numbers, cancellationToken);
        if (lines.Count < numbers.Count)
        {
            return false;
        }

        foreach (var (index, row) in rows)
        {
            var line = lines[numbers.BinarySearch(row.Line)];
            if (ItemSketch.HashOf(line) != row.Hash)
            {
                return false;
            }

            found[index] = line;
        }

        return true;
    }
}
