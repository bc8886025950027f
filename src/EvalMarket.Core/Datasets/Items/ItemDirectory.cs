using System.Runtime.CompilerServices;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Words;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets.Items;

/// <summary>
/// Lists the items of a dataset's newest version from the index, without opening a file. A list walks the chunks in order and passes over those whose summary,
/// or whose words, say that nothing in them matches.
/// </summary>
public sealed class ItemDirectory(EvalMarketDbContext db, DatasetLayouts layouts)
{
    /// <summary>So few chunks are looked at without asking the runs of words which of them are worth it.</summary>
    private const int FewChunks = 3;

    private const int MostChunksAtOnce = 128;

    /// <summary>Counting stops here.</summary>
    public const int CountedItems = 1_000;

    private const int CountedChunks = 48;

    private FoundWords? found;

    /// <summary>The page after a place, or the first one, in the order of the dataset. Null when there is no such dataset.</summary>
    public Task<ItemPage?> PageAsync(DatasetId dataset, ItemFilter filter, ItemPlace? after, int limit, CancellationToken cancellationToken) =>
        PageAsync(dataset, filter, ItemOrder.OfDataset, after, limit, cancellationToken);

    /// <summary>The page after a place, or the first one. Null when there is no such dataset.</summary>
    /// <param name="order">What a search finds has no order but that of the dataset and its reverse.</param>
    /// <param name="after">A place in this order.</param>
    public Task<ItemPage?> PageAsync(DatasetId dataset, ItemFilter filter, ItemOrder order, ItemPlace? after, int limit, CancellationToken cancellationToken) =>
        WithLayoutAsync(dataset, layout => ItemPages.AfterAsync(Walk(layout, filter, order, cancellationToken), after, limit), cancellationToken);

    /// <summary>The page before a place, in the order of the list.</summary>
    public Task<ItemPage?> PageBackAsync(DatasetId dataset, ItemFilter filter, ItemOrder order, ItemPlace before, int limit, CancellationToken cancellationToken) =>
        WithLayoutAsync(dataset, layout => ItemPages.BeforeAsync(Walk(layout, filter, order, cancellationToken), before, limit), cancellationToken);

    /// <summary>The page that has the item in its middle, whatever the filter says of it; empty when the item is not there.</summary>
    public Task<ItemPage?> PageAroundAsync(DatasetId dataset, ItemFilter filter, ItemOrder order, ItemId item, int limit, CancellationToken cancellationToken) =>
        WithLayoutAsync(dataset, async layout =>
            await db.DatasetItems.AsNoTracking().FirstOrDefaultAsync(row => row.DatasetId == dataset && row.Id == item, cancellationToken) is { } row && layout.Find(row.Chunk) is { } chunk
                ? await ItemPages.AroundAsync(Walk(layout, filter, order, cancellationToken), Listed(row, chunk, order), limit)
                : new ItemPage([], null, null), cancellationToken);

    /// <summary>The place before a position, from 1, of the whole dataset: the page that begins after it begins with that position. Null for the beginning.</summary>
    public async Task<ItemPlace?> PlaceBeforeAsync(DatasetId dataset, long position, CancellationToken cancellationToken) =>
        position > 1 && await layouts.GetAsync(db, dataset, cancellationToken) is { } layout ? layout.PlaceOf(position - 1) : null;

    /// <summary>An item's row and place in the order of the dataset; null when it is not there.</summary>
    public Task<ListedItem?> FindAsync(DatasetId dataset, ItemId item, CancellationToken cancellationToken) => FindAsync(dataset, ItemOrder.OfDataset, item, cancellationToken);

    /// <summary>An item's row and place in an order; null when it is not there.</summary>
    public async Task<ListedItem?> FindAsync(DatasetId dataset, ItemOrder order, ItemId item, CancellationToken cancellationToken) =>
        await layouts.GetAsync(db, dataset, cancellationToken) is { } layout
        && await db.DatasetItems.AsNoTracking().FirstOrDefaultAsync(row => row.DatasetId == dataset && row.Id == item, cancellationToken) is { } row
        && layout.Find(row.Chunk) is { } chunk
            ? Listed(row, chunk, order)
            : null;

    /// <summary>How many match, or at least how many where counting would be slow.</summary>
    public async Task<ItemTotal> TotalAsync(DatasetId dataset, ItemFilter filter, CancellationToken cancellationToken)
    {
        if (await layouts.GetAsync(db, dataset, cancellationToken) is not { } layout)
        {
            return new ItemTotal(0, false);
        }

        if (ExactCount(layout, filter) is { } exact)
        {
            return new ItemTotal(exact, false);
        }

        var count = 0L;
        await foreach (var batch in BatchesAsync(layout, filter, 0, isBack: false, CountedItems, cancellationToken))
        {
            count += batch.Lines is { } lines && !filter.NarrowsItems ? lines.Count : await RowsOf(layout, filter, batch).LongCountAsync(cancellationToken);
            if (batch.HasMore && (count >= CountedItems || batch.Looked >= CountedChunks))
            {
                return new ItemTotal(count, true);
            }
        }

        return new ItemTotal(count, false);
    }

    /// <summary>How many of the items that match have what; each field is counted under all others and itself.</summary>
    public async Task<ItemFacets> FacetsAsync(DatasetId dataset, ItemFilter filter, CancellationToken cancellationToken)
    {
        if (await layouts.GetAsync(db, dataset, cancellationToken) is not { } layout)
        {
            return ItemFacets.None;
        }

        if (filter.Words is null && !filter.NarrowsItems)
        {
            return ItemFacets.Of(layout, filter);
        }

        var counted = new ItemFacetCounter();
        await foreach (var batch in BatchesAsync(layout, filter, 0, isBack: false, CountedItems, cancellationToken))
        {
            foreach (var item in await RowsOf(layout, filter, batch).Select(row => new FacetedItem(row.Chunk, row.HasOutput, row.SessionId != null, row.Origin, row.Tags)).ToListAsync(cancellationToken))
            {
                counted.Add(layout.Find(item.Chunk)?.Section, item.HasOutput, item.IsLinked, item.Origin, item.Tags.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            }

            if (batch.HasMore && (counted.Count >= CountedItems || batch.Looked >= CountedChunks))
            {
                return counted.ToFacets(isPart: true);
            }
        }

        return counted.ToFacets(isPart: false);
    }

    /// <summary>The ids of everything that matches, in batches, for "select all matching".</summary>
    public async IAsyncEnumerable<IReadOnlyList<ItemId>> IdsAsync(
        DatasetId dataset, ItemFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await layouts.GetAsync(db, dataset, cancellationToken) is not { } layout)
        {
            yield break;
        }

        await foreach (var batch in BatchesAsync(layout, filter, 0, isBack: false, MostChunksAtOnce, cancellationToken))
        {
            yield return await RowsOf(layout, filter, batch).Select(row => row.Id).ToListAsync(cancellationToken);
        }
    }

    /// <summary>How many match, where the summaries of chunks say it.</summary>
    internal static long? ExactCount(DatasetLayout layout, ItemFilter filter)
    {
        if (filter.Words is { } words)
        {
            return words.Count == 0 ? 0 : null;
        }

        var chunks = layout.Chunks.Where(chunk => filter.Sections.Count == 0 || filter.Sections.Contains(chunk.Section));
        var narrowings = (filter.Tags.Count > 0 ? 1 : 0) + (filter.HasOutput is null ? 0 : 1) + (filter.Linked is null ? 0 : 1) + (filter.Origins.Count > 0 ? 1 : 0);
        return narrowings switch
        {
            0 => chunks.Sum(chunk => (long)chunk.Reference.Lines),
            1 when filter.HasOutput is { } has => chunks.Sum(chunk => (long)(has ? chunk.Summary!.Outputs : chunk.Reference.Lines - chunk.Summary!.Outputs)),
            1 when filter.Linked is { } linked => chunks.Sum(chunk => (long)(linked ? chunk.Summary!.Linked : chunk.Reference.Lines - chunk.Summary!.Linked)),
            1 when filter.Origins.Count > 0 => chunks.Sum(chunk => filter.Origins.Sum(origin => (long)chunk.Summary!.Of(origin))),
            1 when filter.Tags.Count == 1 && !layout.Chunks.Any(chunk => chunk.Summary!.HasMoreTags) => chunks.Sum(chunk => (long)chunk.Summary!.TagCounts.GetValueOrDefault(filter.Tags[0])),
            _ => null,
        };
    }

    private static ListedItem Listed(DatasetItemRow row, LayoutChunk chunk, ItemOrder order) => new(row, chunk.Section, chunk.Start + row.Line + 1, new ItemPlace(chunk.Section, chunk.Rank, row.Line)
    {
        InOrder = order.IsPosition ? null : new OrderedPlace<ItemId>(order.InColumn.KeyOf(row), row.Id),
    });

    private ItemWalk Walk(DatasetLayout layout, ItemFilter filter, ItemOrder order, CancellationToken cancellationToken) => order.IsPosition || filter.Words is not null
        ? (from, isBack, limit) => WalkAsync(layout, filter, from, isBack != (order.IsPosition && order.IsDescending), limit, cancellationToken)
        : (from, isBack, limit) => SortedAsync(layout, filter, order, from, isBack, limit, cancellationToken);

    /// <summary>Goes along the index of the order. Chunks that can have no match narrow it, so that few matches among many items are found by their chunks.</summary>
    private async Task<List<ListedItem>> SortedAsync(
        DatasetLayout layout, ItemFilter filter, ItemOrder order, ItemPlace? from, bool isBack, int limit, CancellationToken cancellationToken)
    {
        var id = layout.Dataset.Id;
        var rows = filter.Narrow(db.DatasetItems.AsNoTracking().Where(row => row.DatasetId == id));
        var candidates = Candidates(layout.Chunks, filter).ToList();
        var numbers = candidates.ConvertAll(chunk => chunk.Number);
        if (numbers.Count < layout.Chunks.Count)
        {
            rows = rows.Where(row => numbers.Contains(row.Chunk));
            // Along the index, a page of few matches goes through most items; all rows of their chunks are less. Of a part that is limited no database takes the order of the whole.
            var matches = Math.Max(1, ExactCount(layout, filter) ?? numbers.Count);
            if (candidates.Sum(chunk => (long)chunk.Reference.Lines) < layout.Dataset.Row.ItemCount * Math.Min(1, (double)limit / matches))
            {
                rows = rows.OrderBy(row => row.Chunk).ThenBy(row => row.Line).Take(int.MaxValue);
            }
        }

        var items = new List<ListedItem>(limit);
        foreach (var stretch in order.InColumn.Stretches(rows, order.IsDescending, from?.InOrder, isBack))
        {
            items.AddRange((await stretch.Take(limit - items.Count).ToListAsync(cancellationToken))
                .Where(row => layout.Find(row.Chunk) is not null).Select(row => Listed(row, layout.Find(row.Chunk)!, order)));
        }

        return items;
    }

    private static IEnumerable<LayoutChunk> Candidates(IEnumerable<LayoutChunk> chunks, ItemFilter filter) =>
        chunks.Where(chunk => (filter.Sections.Count == 0 || filter.Sections.Contains(chunk.Section)) && filter.MayMatch(chunk.Summary!, chunk.Reference.Lines));

    private async Task<List<ListedItem>> WalkAsync(DatasetLayout layout, ItemFilter filter, ItemPlace? from, bool isBack, int limit, CancellationToken cancellationToken)
    {
        var items = new List<ListedItem>(limit);
        var start = isBack ? layout.Chunks.Count - 1 : 0;
        LayoutChunk? first = null;
        if (from is { } place)
        {
            if (layout.IndexOf(place) is not { } index)
            {
                return items;
            }

            first = index < layout.Chunks.Count && layout.Chunks[index].Section == place.Section && layout.Chunks[index].Rank == place.Rank ? layout.Chunks[index] : null;
            start = isBack && first is null ? index - 1 : index;
        }

        await foreach (var batch in BatchesAsync(layout, filter, start, isBack, limit, cancellationToken))
        {
            if (batch.Lines is { } lines && !filter.NarrowsItems)
            {
                // All of them are in the list: as many as it takes are asked for, of those of a common word.
                var places = lines.Where(each => each.Chunk != first?.Number || (isBack ? each.Line < from!.Value.Line : each.Line > from!.Value.Line))
                    .Select(each => (Place: each, Position: layout.Find(each.Chunk)!.Start + each.Line));
                lines = [.. (isBack ? places.OrderByDescending(each => each.Position) : places.OrderBy(each => each.Position)).Take(limit - items.Count).Select(each => each.Place)];
            }
            else
            {
                lines = batch.Lines;
            }

            var rows = RowsOf(layout, filter, batch with { Lines = lines });
            if (first is not null && batch.Chunks.Contains(first))
            {
                var (number, line) = (first.Number, from!.Value.Line);
                rows = isBack ? rows.Where(row => row.Chunk != number || row.Line < line) : rows.Where(row => row.Chunk != number || row.Line > line);
            }

            if (batch.Chunks.Count == 1)
            {
                rows = (isBack ? rows.OrderByDescending(row => row.Line) : rows.OrderBy(row => row.Line)).Take(limit - items.Count);
            }

            var listed = (await rows.AsNoTracking().ToListAsync(cancellationToken)).Select(row => Listed(row, layout.Find(row.Chunk)!, ItemOrder.OfDataset));
            items.AddRange((isBack ? listed.OrderByDescending(item => item.Position) : listed.OrderBy(item => item.Position)).Take(limit - items.Count));
            if (items.Count == limit)
            {
                break;
            }
        }

        return items;
    }

    /// <summary>The chunks that may have matches, in order, some at a time and more the longer it takes, with the rows that do match.</summary>
    /// <param name="wanted">How many items are enough: of chunks with rare words, a few items each at best, as many are looked at at once.</param>
    private async IAsyncEnumerable<Batch> BatchesAsync(
        DatasetLayout layout, ItemFilter filter, int start, bool isBack, int wanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var words = filter.Words;
        if (words is { Count: 0 })
        {
            yield break;
        }

        var candidates = Candidates(isBack ? layout.Chunks.Take(start + 1).Reverse() : layout.Chunks.Skip(start), filter).ToList();
        var size = 1;
        if (words is not null && candidates.Count > FewChunks)
        {
            var all = candidates.Count;
            var search = await FoundBy(layout, words).SearchAsync(db, cancellationToken);
            candidates = candidates.FindAll(chunk => search.MayHold(chunk.Number));
            // What is in most chunks is many times in each.
            size = candidates.Count > all / 2 ? 1 : Math.Min(wanted * words.Count, MostChunksAtOnce);
        }

        for (var (at, looked) = (0, 0); at < candidates.Count;)
        {
            var chunks = candidates.GetRange(at, Math.Min(size, candidates.Count - at));
            at += chunks.Count;
            looked += chunks.Count;
            size = Math.Min(size * 2, MostChunksAtOnce);
            var lines = words is null ? null : await LinesAsync(layout, words, chunks, cancellationToken);
            if (lines is not { Count: 0 })
            {
                yield return new Batch(chunks, lines, at < candidates.Count, looked);
            }
        }
    }

    /// <summary>The lines of some chunks that hold the words.</summary>
    private async Task<IReadOnlyList<(long Chunk, int Line)>> LinesAsync(DatasetLayout layout, IReadOnlyList<string> words, List<LayoutChunk> chunks, CancellationToken cancellationToken)
    {
        var lines = await FoundBy(layout, words).LinesAsync(db, chunks.ConvertAll(chunk => (chunk.Number, chunk.Reference.Lines)), cancellationToken);
        return [.. lines.SelectMany(chunk => chunk.Lines.Select(line => (chunk.Chunk, line)))];
    }

    /// <summary>The matching rows of a batch.</summary>
    private IQueryable<DatasetItemRow> RowsOf(DatasetLayout layout, ItemFilter filter, Batch batch)
    {
        var id = layout.Dataset.Id;
        if (batch.Lines is null)
        {
            var numbers = batch.Chunks.Select(chunk => chunk.Number).ToList();
            return filter.Narrow(db.DatasetItems.Where(row => row.DatasetId == id && numbers.Contains(row.Chunk)));
        }

        // Joined with the places, each of which the index has: asked for the chunks it would go through all their rows.
        var keys = batch.Lines.Select(place => (place.Chunk * LineFactor) + place.Line).ToList();
        return filter.Narrow(db.DatasetItems.Where(row => row.DatasetId == id)
            .SelectMany(row => keys.Where(key => row.Chunk == key / LineFactor && row.Line == (int)(key % LineFactor)), (row, _) => row));
    }

    /// <summary>What is known of a search already: a page, its count and its facets ask for much the same.</summary>
    private FoundWords FoundBy(DatasetLayout layout, IReadOnlyList<string> words)
    {
        if (found is null || found.Dataset != layout.Dataset.Id || found.Version != layout.Dataset.Row.Version || !found.Words.SequenceEqual(words, StringComparer.Ordinal))
        {
            found = new FoundWords(layout.Dataset.Id, layout.Dataset.Row.Version, words);
        }

        return found;
    }

    /// <summary>More than a chunk has lines.</summary>
    private const long LineFactor = 1 << 20;

    private async Task<ItemPage?> WithLayoutAsync(DatasetId dataset, Func<DatasetLayout, Task<ItemPage>> list, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await layouts.GetAsync(db, dataset, cancellationToken) is not { } layout)
            {
                return null;
            }

            var page = await list(layout);
            // What was read while a change came between may be of two versions.
            if (await db.Datasets.AnyAsync(row => row.Id == dataset && row.Version == layout.Dataset.Row.Version, cancellationToken))
            {
                return page;
            }
        }
    }

    /// <summary>Some chunks that may have matches.</summary>
    /// <param name="Chunks">In the order in which they are gone through.</param>
    /// <param name="Lines">Those that hold the words, where words are looked for.</param>
    /// <param name="HasMore">Others follow.</param>
    /// <param name="Looked">Chunks up to here.</param>
    private sealed record Batch(IReadOnlyList<LayoutChunk> Chunks, IReadOnlyList<(long Chunk, int Line)>? Lines, bool HasMore, int Looked);
}
