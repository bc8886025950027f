using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Items;

/// <summary>
/// Lists the items of an old version, which the index does not have: from its files, in the order of the dataset or the reverse. What the newest version
/// has as well is known by the summaries of its chunks; of the rest only so much is read as a page or a count needs.
/// </summary>
public sealed class VersionItems(EvalMarketDbContext db, DatasetLayouts layouts, DatasetFiles files)
{
    /// <summary>Chunks that a count reads.</summary>
    private const int CountedChunks = 48;

    /// <summary>The page after a place, or the first one.</summary>
    public async Task<ItemPage> PageAsync(DatasetContents contents, ItemFilter filter, ItemOrder order, ItemPlace? after, int limit, CancellationToken cancellationToken) =>
        await ItemPages.AfterAsync(Walk(await LayoutAsync(contents, 0, cancellationToken), contents, filter, order, cancellationToken), after, limit);

    /// <summary>The page before a place, in the order of the list.</summary>
    public async Task<ItemPage> PageBackAsync(DatasetContents contents, ItemFilter filter, ItemOrder order, ItemPlace before, int limit, CancellationToken cancellationToken) =>
        await ItemPages.BeforeAsync(Walk(await LayoutAsync(contents, 0, cancellationToken), contents, filter, order, cancellationToken), before, limit);

    /// <summary>The page that has the item in its middle, whatever the filter says of it; empty when the version does not have it.</summary>
    public async Task<ItemPage> PageAroundAsync(DatasetContents contents, ItemFilter filter, ItemOrder order, ItemView item, int limit, CancellationToken cancellationToken)
    {
        var layout = await LayoutAsync(contents, 0, cancellationToken);
        return await FindAsync(layout, contents, item, cancellationToken) is { } here
            ? await ItemPages.AroundAsync(Walk(layout, contents, filter, order, cancellationToken), here, limit)
            : new ItemPage([], null, null);
    }

    /// <summary>An item and its place; null when the version does not have it.</summary>
    /// <param name="item">As <see cref="ItemStore"/> opened it in this version.</param>
    public async Task<ListedItem?> FindAsync(DatasetContents contents, ItemView item, CancellationToken cancellationToken) =>
        await FindAsync(await LayoutAsync(contents, 0, cancellationToken), contents, item, cancellationToken);

    /// <summary>How many match, or at least how many where counting would mean reading much.</summary>
    public async Task<ItemTotal> TotalAsync(DatasetContents contents, ItemFilter filter, CancellationToken cancellationToken)
    {
        var layout = await LayoutAsync(contents, CountedChunks, cancellationToken);
        if (!filter.NarrowsItems && filter.Words is null)
        {
            return new ItemTotal(layout.Chunks.Where(chunk => filter.Sections.Count == 0 || filter.Sections.Contains(chunk.Section)).Sum(chunk => (long)chunk.Reference.Lines), false);
        }

        if (layout.Chunks.All(chunk => chunk.Summary is not null) && ItemDirectory.ExactCount(layout, filter) is { } exact)
        {
            return new ItemTotal(exact, false);
        }

        var counted = new ItemFacetCounter();
        var isPart = await CountAsync(layout, contents, filter, counted, cancellationToken);
        return new ItemTotal(counted.Count, isPart);
    }

    /// <summary>How many of the items that match have what: of the version itself.</summary>
    public async Task<ItemFacets> FacetsAsync(DatasetContents contents, ItemFilter filter, CancellationToken cancellationToken)
    {
        var layout = await LayoutAsync(contents, CountedChunks, cancellationToken);
        if (filter.Words is null && !filter.NarrowsItems && layout.Chunks.All(chunk => chunk.Summary is not null))
        {
            return ItemFacets.Of(layout, filter);
        }

        var counted = new ItemFacetCounter();
        return counted.ToFacets(await CountAsync(layout, contents, filter, counted, cancellationToken));
    }

    /// <summary>Counts what matches; true when counting stopped before the end.</summary>
    private async Task<bool> CountAsync(DatasetLayout layout, DatasetContents contents, ItemFilter filter, ItemFacetCounter counted, CancellationToken cancellationToken)
    {
        var looked = 0;
        foreach (var chunk in layout.Chunks.Where(chunk => MayMatch(chunk, filter)))
        {
            if (looked >= CountedChunks || counted.Count >= ItemDirectory.CountedItems)
            {
                return true;
            }

            looked++;
            foreach (var (_, item, origin, _) in await ReadAsync(contents, chunk, cancellationToken))
            {
                if (filter.Matches(item, origin))
                {
                    counted.Add(chunk.Section, item.HasOutput, item.Session is not null, origin, item.Tags);
                }
            }
        }

        return false;
    }

    private async Task<ListedItem?> FindAsync(DatasetLayout layout, DatasetContents contents, ItemView item, CancellationToken cancellationToken)
    {
        foreach (var chunk in layout.Chunks.Where(chunk => chunk.Section == item.Section))
        {
            foreach (var entry in await ReadIdsAsync(contents, chunk, item.Id, cancellationToken))
            {
                return Listed(contents, chunk, entry);
            }
        }

        return null;
    }

    private ItemWalk Walk(DatasetLayout layout, DatasetContents contents, ItemFilter filter, ItemOrder order, CancellationToken cancellationToken) =>
        (from, isBack, limit) => WalkAsync(layout, contents, filter, from, isBack != order.IsDescending, limit, cancellationToken);

    private async Task<List<ListedItem>> WalkAsync(
        DatasetLayout layout, DatasetContents contents, ItemFilter filter, ItemPlace? from, bool isBack, int limit, CancellationToken cancellationToken)
    {
        var items = new List<ListedItem>(limit);
        var start = isBack ? layout.Chunks.Count - 1 : 0;
        if (from is { } place)
        {
            if (layout.IndexOf(place) is not { } index)
            {
                return items;
            }

            start = Math.Min(index, layout.Chunks.Count - 1);
        }

        for (var at = start; at >= 0 && at < layout.Chunks.Count && items.Count < limit; at += isBack ? -1 : 1)
        {
            var chunk = layout.Chunks[at];
            if (!MayMatch(chunk, filter))
            {
                continue;
            }

            var entries = (await ReadAsync(contents, chunk, cancellationToken))
                .Where(entry => from is not { } edge || IsBeyond(layout, chunk, entry.Line, edge, isBack))
                .Where(entry => filter.Matches(entry.Item, entry.Origin));
            items.AddRange((isBack ? entries.Reverse() : entries).Take(limit - items.Count).Select(entry => Listed(contents, chunk, entry)));
        }

        return items;
    }

    private static bool IsBeyond(DatasetLayout layout, LayoutChunk chunk, int line, ItemPlace edge, bool isBack)
    {
        var isSame = chunk.Section == edge.Section && chunk.Rank == edge.Rank;
        return isSame ? isBack ? line < edge.Line : line > edge.Line : isBack == (chunk.Index < layout.IndexOf(edge));
    }

    private static bool MayMatch(LayoutChunk chunk, ItemFilter filter) =>
        (filter.Sections.Count == 0 || filter.Sections.Contains(chunk.Section)) && (chunk.Summary is null || filter.MayMatch(chunk.Summary, chunk.Reference.Lines));

    private static ListedItem Listed(DatasetContents contents, LayoutChunk chunk, Entry entry)
    {
        entry.Item.Shorten();
        return new ListedItem(
            SealedChunk.RowOf(contents.Workspace, contents.Id, 0, entry.Line, entry.Item, entry.Origin), chunk.Section, chunk.Start + entry.Line + 1, new ItemPlace(chunk.Section, chunk.Rank, entry.Line))
        {
            View = new ItemView(entry.Item.Id, entry.Text, chunk.Section, entry.Origin, contents.Version),
        };
    }

    private async Task<List<Entry>> ReadAsync(DatasetContents contents, LayoutChunk chunk, CancellationToken cancellationToken)
    {
        var origins = chunk.Reference.Origins.SelectMany(run => Enumerable.Repeat(run.Origin, run.Lines)).ToList();
        var entries = new List<Entry>(chunk.Reference.Lines);
        await foreach (var line in files.Chunks.ReadLinesAsync(contents.Workspace, chunk.Reference.ToChunkRef(), cancellationToken))
        {
            entries.Add(new Entry(entries.Count, ItemSketch.Read(line.Span), origins[entries.Count], line.ToArray()));
        }

        return entries;
    }

    /// <summary>The item, if the chunk has it.</summary>
    private async Task<List<Entry>> ReadIdsAsync(DatasetContents contents, LayoutChunk chunk, ItemId item, CancellationToken cancellationToken)
    {
        var origins = chunk.Reference.Origins.SelectMany(run => Enumerable.Repeat(run.Origin, run.Lines)).ToList();
        var entries = new List<Entry>(1);
        var number = 0;
        await foreach (var line in files.Chunks.ReadLinesAsync(contents.Workspace, chunk.Reference.ToChunkRef(), cancellationToken))
        {
            if (ItemSketch.IdOf(line.Span) == item)
            {
                entries.Add(new Entry(number, ItemSketch.Read(line.Span), origins[number], line.ToArray()));
            }

            number++;
        }

        return entries;
    }

    /// <summary>The chunks of the version, with the summaries of those that the newest version has, too, and of some others that are read for it.</summary>
    private async Task<DatasetLayout> LayoutAsync(DatasetContents contents, int most, CancellationToken cancellationToken)
    {
        var newest = await layouts.GetAsync(db, contents.Id, cancellationToken) ?? throw new InvalidOperationException("A version without its dataset.");
        var known = newest.Chunks.DistinctBy(chunk => chunk.Reference.Sha256).ToDictionary(chunk => chunk.Reference.Sha256, chunk => chunk.Summary, StringComparer.Ordinal);
        var sections = contents.Sections.Select(section => new SectionView(section.Id, section.Name, section.ItemCount)).ToList();
        var chunks = new List<LayoutChunk>();
        foreach (var section in contents.Sections)
        {
            foreach (var (index, reference) in section.Chunks.Index())
            {
                var chunk = new LayoutChunk(0, section.Id, index + 1, reference, known.GetValueOrDefault(reference.Sha256));
                if (chunk.Summary is null && most-- > 0)
                {
                    chunk = chunk with { Summary = ChunkSummary.Of([.. (await ReadAsync(contents, chunk, cancellationToken)).Select(entry => entry.Item)], reference.Origins) };
                }

                chunks.Add(chunk);
            }
        }

        return new DatasetLayout(new DatasetView(newest.Dataset.Row, sections), chunks);
    }

    private sealed record Entry(int Line, ItemSketch Item, ItemOrigin Origin, ReadOnlyMemory<byte> Text);
}
