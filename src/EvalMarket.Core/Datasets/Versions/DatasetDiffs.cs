using EvalMarket.Core.Datasets.Items;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Versions;

/// <summary>An item that differs between two versions.</summary>
/// <param name="Before">As the older version has it; null when it has not.</param>
/// <param name="After">As the newer version has it; null when it has not.</param>
/// <param name="Fields">Where a changed item differs.</param>
public sealed record ItemDifference(DiffKind Kind, ItemId Id, ItemView? Before, ItemView? After, IReadOnlyList<FieldChange> Fields);

/// <summary>A page of what differs between two versions: added, changed and moved items in the order of the newer one, then removed ones in that of the older.</summary>
/// <param name="Next">How many entries come before the next page; null on the last one.</param>
public sealed record DatasetDifference(
    DatasetContents From, DatasetContents To, long Added, long Changed, long Removed, long Moved, IReadOnlyList<ItemDifference> Items, int? Next);

/// <summary>Compares versions. Reads only the chunks that they do not share.</summary>
public sealed class DatasetDiffs(DatasetVersions versions, DatasetFiles files)
{
    /// <summary>A page of the differences; null when there is no such dataset or version.</summary>
    /// <param name="from">Usually the older one.</param>
    /// <param name="to">Usually the newer one.</param>
    /// <param name="skip">Entries that came before: <see cref="DatasetDifference.Next"/> of the page before, 0 for the first.</param>
    public async Task<DatasetDifference?> CompareAsync(DatasetId dataset, int from, int to, int skip, int limit, CancellationToken cancellationToken)
    {
        if (await versions.OpenAsync(dataset, from, cancellationToken) is not { } older || await versions.OpenAsync(dataset, to, cancellationToken) is not { } newer)
        {
            return null;
        }

        var index = await DiffIndex.MakeAsync(files, older, newer, cancellationToken);
        var page = index.Entries.Skip(skip).Take(limit).ToList();
        var before = await ReadAsync(older, index.Before, page.Select(entry => entry.Before), cancellationToken);
        var after = await ReadAsync(newer, index.After, page.Select(entry => entry.After), cancellationToken);
        var items = page.Zip(before, after).Select(entry => new ItemDifference(
            entry.First.Kind,
            TypeId.FromBits<ItemId>(entry.First.Id),
            entry.Second,
            entry.Third,
            entry.First.Kind == DiffKind.Changed ? ItemDiff.Of(entry.Second!.Read(), entry.Third!.Read()) : [])).ToList();
        return new DatasetDifference(
            older,
            newer,
            index.Count(DiffKind.Added),
            index.Count(DiffKind.Changed),
            index.Count(DiffKind.Removed),
            index.Count(DiffKind.Moved),
            items,
            skip + page.Count < index.Entries.Count ? skip + page.Count : null);
    }

    private async Task<ItemView?[]> ReadAsync(
        DatasetContents contents, IReadOnlyList<(DatasetSection Section, DatasetChunkRef Chunk)> chunks, IEnumerable<DiffPlace?> places, CancellationToken cancellationToken)
    {
        var wanted = places.ToList();
        var found = new ItemView?[wanted.Count];
        foreach (var group in wanted.Index().Where(place => place.Item is not null).GroupBy(place => place.Item!.Value.Chunk))
        {
            var (section, chunk) = chunks[group.Key];
            var origins = chunk.Origins.SelectMany(run => Enumerable.Repeat(run.Origin, run.Lines)).ToList();
            var byLine = group.ToLookup(place => place.Item!.Value.Line, place => place.Index);
            var line = 0;
            await foreach (var text in files.Chunks.ReadLinesAsync(contents.Workspace, chunk.ToChunkRef(), cancellationToken))
            {
                foreach (var at in byLine[line])
                {
                    found[at] = new ItemView(ItemSketch.IdOf(text.Span), text.ToArray(), section.Id, origins[line], contents.Version);
                }

                line++;
            }
        }

        return found;
    }
}
