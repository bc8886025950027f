using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>Which items a change is about: some ids, of which those that are not there are passed over, or everything that matches a filter.</summary>
public sealed record ItemSelection
{
    public IReadOnlyList<ItemId>? Ids { get; private init; }

    public ItemFilter Filter { get; private init; } = ItemFilter.All;

    public static ItemSelection Of(IReadOnlyList<ItemId> ids) => new() { Ids = [.. ids.Distinct()] };

    public static ItemSelection Of(ItemFilter filter) => new() { Filter = filter };
}

/// <summary>What a change of many items did.</summary>
/// <param name="Items">Items that are different now, or are gone, or are new.</param>
/// <param name="Version">The dataset's version now.</param>
public sealed record ItemChangeResult(long Items, int Version);

/// <summary>The item is not what the sender had seen.</summary>
/// <param name="Current">What it is now.</param>
public sealed record ItemStale(ItemView Current) : Failure("stale", "The item was changed since you read it. Read it again, and send your change on top of that.");

/// <summary>Changes items that are there. Each call is one version.</summary>
public sealed class ItemEditing(EvalMarketDbContext db, DatasetCommits commits, ItemDirectory items, ItemStore store, TimeProvider clock)
{
    private const int BatchItems = 1_000;

    /// <summary>Puts other content in the place of an item's. What <paramref name="item"/> says of id and source is not looked at.</summary>
    /// <param name="hash">The entity tag that the sender has seen, without quotes; null to ask for none.</param>
    /// <returns>The item as it is now; <see cref="ItemStale"/> with the other text when somebody changed it meanwhile.</returns>
    public async Task<Outcome<ItemView>> PutAsync(DatasetId dataset, ItemId id, DatasetItem item, string? hash, CancellationToken cancellationToken)
    {
        var isStale = false;
        var outcome = await commits.ChangeAsync(
            dataset,
            async (change, token) =>
            {
                if ((await new ItemLookup(db).PlacesAsync(dataset, [id], token)).Values.ToList() is not [var place])
                {
                    return new NotFound();
                }

                var chunk = change.Draft.Chunk(place.Chunk);
                await change.LoadAsync(chunk, token);
                var line = chunk.Lines![place.Line];
                isStale = hash is not null && hash != line.Hash;
                if (!isStale)
                {
                    Replace(change, chunk, place.Line, ItemMerge.Apply(line, _ => item));
                }

                return null;
            },
            _ => "1 item changed",
            null,
            cancellationToken);
        if (!outcome.Succeeded(out _, out var failure))
        {
            return failure is NotFound && await store.OpenAsync(dataset, id, null, cancellationToken) is { Failure: ItemDeleted deleted } ? deleted : failure;
        }

        var now = await store.OpenAsync(dataset, id, null, cancellationToken);
        return isStale && now.Succeeded(out var current, out _) ? new ItemStale(current) : now;
    }

    /// <summary>Changes every selected item in the same way: what is connected to a session stays so as long as its content stays the same.</summary>
    /// <param name="edit">Gives the item as it is to be; called under the workspace's lock.</param>
    /// <param name="summary">What the version says beside the number of items: "tag added".</param>
    public Task<Outcome<ItemChangeResult>> EditAsync(
        DatasetId dataset, ItemSelection selection, Func<DatasetItem, DatasetItem> edit, string? summary, CancellationToken cancellationToken) =>
        ChangeAsync(
            dataset,
            selection,
            (change, chunk, lines, _) =>
            {
                foreach (var line in lines)
                {
                    Replace(change, chunk, line, ItemMerge.Apply(chunk.Lines![line], edit));
                }

                return Task.CompletedTask;
            },
            draft => draft.Changed,
            (_, count) => $"{ItemTally.Count(count)} changed{(summary is null ? "" : $": {summary}")}",
            cancellationToken);

    /// <summary>Deletes the selected items.</summary>
    public Task<Outcome<ItemChangeResult>> DeleteAsync(DatasetId dataset, ItemSelection selection, CancellationToken cancellationToken) =>
        ChangeAsync(
            dataset,
            selection,
            (change, chunk, lines, _) =>
            {
                change.Remove(chunk, lines);
                return Task.CompletedTask;
            },
            draft => draft.Removed,
            (_, count) => $"{ItemTally.Count(count)} deleted",
            cancellationToken);

    /// <summary>Puts copies of the selected items, under new ids and not connected to a session, at the end of their sections.</summary>
    public Task<Outcome<ItemChangeResult>> DuplicateAsync(DatasetId dataset, ItemSelection selection, CancellationToken cancellationToken) =>
        ChangeAsync(
            dataset,
            selection,
            async (change, chunk, lines, token) =>
            {
                foreach (var line in lines.Select(line => chunk.Lines![line]).ToList())
                {
                    var copy = line.Read() with { Id = TypeId.New<ItemId>(clock.GetUtcNow()), Source = null };
                    await change.AppendAsync(chunk.Section, ItemLine.New(copy, line.Origin), token);
                    change.Draft.Added++;
                }
            },
            draft => draft.Added,
            (_, count) => $"{ItemTally.Count(count)} duplicated",
            cancellationToken);

    /// <summary>Moves the selected items to the end of a section. Those that are in it already stay.</summary>
    public Task<Outcome<ItemChangeResult>> MoveAsync(DatasetId dataset, ItemSelection selection, SectionId section, CancellationToken cancellationToken)
    {
        var moved = 0L;
        return ChangeAsync(
            dataset,
            selection,
            async (change, chunk, lines, token) =>
            {
                var target = change.Draft.Section(section)!;
                if (chunk.Section == target)
                {
                    return;
                }

                var going = lines.Select(line => chunk.Lines![line]).ToList();
                DatasetTransaction.Take(chunk, lines);
                foreach (var line in going)
                {
                    await change.AppendAsync(target, line, token);
                    moved++;
                    change.Draft.IsRearranged = true;
                }
            },
            _ => moved,
            (draft, count) => $"{ItemTally.Count(count)} moved to “{draft.Section(section)!.Name}”",
            cancellationToken,
            draft => draft.Section(section) is null ? new NotFound() : null);
    }

    private static void Replace(DatasetTransaction change, DraftChunk chunk, int line, ItemLine after)
    {
        if (after.IsChanged && after != chunk.Lines![line])
        {
            chunk.Lines[line] = after;
            chunk.IsDirty = true;
            change.Draft.Changed++;
        }
    }

    /// <summary>Goes through the selected items chunk by chunk, in the order of the dataset.</summary>
    /// <param name="edit">Gets a chunk with its lines loaded, and which of them are selected, in order.</param>
    private async Task<Outcome<ItemChangeResult>> ChangeAsync(
        DatasetId dataset,
        ItemSelection selection,
        Func<DatasetTransaction, DraftChunk, IReadOnlyList<int>, CancellationToken, Task> edit,
        Func<DatasetDraft, long> count,
        Func<DatasetDraft, long, string> summary,
        CancellationToken cancellationToken,
        Func<DatasetDraft, Failure?>? check = null)
    {
        var changed = 0L;
        var outcome = await commits.ChangeAsync(
            dataset,
            async (change, token) =>
            {
                if (check?.Invoke(change.Draft) is { } failure)
                {
                    return failure;
                }

                // Found before anything is changed: what a change makes must not be found again.
                var selected = new List<ItemId>();
                await foreach (var batch in SelectAsync(dataset, selection, token))
                {
                    selected.AddRange(batch);
                }

                var order = change.Draft.Sections.SelectMany(section => section.Chunks).Select(chunk => chunk.Number).ToList();
                var rank = order.Index().ToDictionary(chunk => chunk.Item, chunk => chunk.Index);
                foreach (var ids in selected.Chunk(BatchItems * 10))
                {
                    var places = (await new ItemLookup(db).PlacesAsync(dataset, ids, token)).Values;
                    foreach (var group in places.GroupBy(place => place.Chunk).OrderBy(group => rank.GetValueOrDefault(group.Key, int.MaxValue)))
                    {
                        var chunk = change.Draft.Chunk(group.Key);
                        await change.LoadAsync(chunk, token);
                        await edit(change, chunk, [.. group.Select(place => place.Line).Order()], token);
                    }

                    await change.FlushAsync(isForced: selected.Count > ids.Length, token);
                }

                changed = count(change.Draft);
                return null;
            },
            draft => summary(draft, changed),
            null,
            cancellationToken);
        return outcome.Succeeded(out var version, out var refused) ? new ItemChangeResult(changed, version.Version) : refused;
    }

    private async IAsyncEnumerable<IReadOnlyList<ItemId>> SelectAsync(
        DatasetId dataset, ItemSelection selection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (selection.Ids is { } ids)
        {
            yield return ids;
            yield break;
        }

        await foreach (var batch in items.IdsAsync(dataset, selection.Filter, cancellationToken))
        {
            yield return batch;
        }
    }
}
