using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>Items that are there and that a stream puts into other sections. Moved last, when every other change has its place in the index.</summary>
internal sealed class SectionMoves(EvalMarketDbContext db, TimeProvider clock)
{
    private const int BatchItems = 10_000;

    private readonly List<(ItemId Id, string Section)> moves = [];

    /// <summary>Notes an item; false when it is in that section already.</summary>
    /// <param name="current">Name of the section that it is in.</param>
    /// <param name="wanted">Null or empty for no wish.</param>
    public bool Add(ItemId item, string? current, string? wanted)
    {
        if (string.IsNullOrEmpty(wanted) || wanted == current)
        {
            return false;
        }

        moves.Add((item, wanted));
        return true;
    }

    /// <summary>Puts them at the ends of their new sections, in the order in which they were noted.</summary>
    /// <param name="change">The change.</param>
    /// <param name="conflicts">Items that stay where they are.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task ApplyAsync(DatasetTransaction change, IReadOnlySet<ItemId> conflicts, CancellationToken cancellationToken)
    {
        foreach (var batch in moves.Where(move => !conflicts.Contains(move.Id)).Chunk(BatchItems))
        {
            // Places are asked of the index: it has to know what has been changed so far.
            await change.FlushAsync(isForced: true, cancellationToken);
            var places = await new ItemLookup(db).PlacesAsync(change.Draft.Row.Id, [.. batch.Select(move => move.Id)], cancellationToken);
            var taken = new Dictionary<ItemId, ItemLine>();
            foreach (var group in batch.Where(move => places.ContainsKey(move.Id)).GroupBy(move => places[move.Id].Chunk))
            {
                var chunk = change.Draft.Chunk(group.Key);
                await change.LoadAsync(chunk, cancellationToken);
                List<(ItemId Id, int Line)> going = [.. group.Where(move => move.Section != chunk.Section.Name).Select(move => (move.Id, places[move.Id].Line)).OrderBy(each => each.Line)];
                foreach (var (id, line) in going)
                {
                    taken[id] = chunk.Lines![line];
                }

                DatasetTransaction.Take(chunk, [.. going.Select(each => each.Line)]);
            }

            foreach (var (id, name) in batch)
            {
                if (taken.TryGetValue(id, out var line))
                {
                    await change.AppendAsync(ItemWriting.SectionNamed(change.Draft, name, clock), line, cancellationToken);
                    change.Draft.IsRearranged = true;
                }
            }
        }
    }
}
