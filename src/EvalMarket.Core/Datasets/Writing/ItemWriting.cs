using EvalMarket.Core.Data;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>
/// The one way in for items: of requests, CSV files, clones and packages. A stream of any length becomes one version, all of it or nothing. A short one is written under
/// the workspace's lock; a long one is staged without it (<see cref="BulkStage"/>), so that others can work meanwhile.
/// </summary>
public sealed class ItemWriting(EvalMarketDbContext db, DatasetCommits commits, DatasetDirectory directory, BulkStages stages, TimeProvider clock)
{
    /// <summary>A stream of more items or characters is long.</summary>
    private const int ShortItems = 2_000;

    private const long ShortCharacters = 8 * 1024 * 1024;

    private const int BatchItems = 1_000;

    /// <summary>Writes all of them or none.</summary>
    /// <param name="dataset">Where to.</param>
    /// <param name="items">Read once, in order. What it throws ends the writing, without a trace.</param>
    /// <param name="options">See there.</param>
    /// <param name="cancellationToken">Cancels, without a trace.</param>
    /// <returns>Not found; invalid with every error; a conflict when somebody else added an item meanwhile under an id that a long stream adds.</returns>
    public async Task<Outcome<ItemWriteResult>> WriteAsync(DatasetId dataset, IAsyncEnumerable<ItemWrite> items, ItemWriteOptions options, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(dataset, cancellationToken) is not { } view)
        {
            return new NotFound();
        }

        var tally = new ItemTally();
        if (options.Section is { } wanted && view.Sections.All(section => section.Id != wanted))
        {
            return new Invalid("invalid_section", "There is no such section in this dataset.", [new ContentError("There is no such section in this dataset.", "/section_id")]);
        }

        await using var reader = items.GetAsyncEnumerator(cancellationToken);
        var head = new List<ItemWrite>();
        var characters = 0L;
        bool hasMore;
        while ((hasMore = await reader.MoveNextAsync()) && head.Count < ShortItems && characters < ShortCharacters)
        {
            if (tally.Check(reader.Current))
            {
                head.Add(reader.Current);
                characters += reader.Current.Characters;
            }
        }

        if (hasMore)
        {
            return await stages.WriteAsync(dataset, head, RestAsync(reader, tally, options, cancellationToken), options, tally, cancellationToken);
        }

        if (tally.HasErrors)
        {
            return tally.ToFailure();
        }

        var outcome = await commits.ChangeAsync(
            dataset,
            async (change, token) =>
            {
                var moves = new SectionMoves(db, clock);
                foreach (var batch in head.Chunk(BatchItems))
                {
                    await ApplyAsync(change, batch, options, tally, moves, token);
                }

                if (tally.HasErrors)
                {
                    return tally.ToFailure();
                }

                await moves.ApplyAsync(change, tally.Conflicts, token);
                return null;
            },
            _ => Describe(options, tally),
            options.Alongside is { } alongside ? (version, token) => alongside(tally.ToResult(version.Version), token) : null,
            cancellationToken);
        return outcome.Succeeded(out var version, out var failure) ? tally.ToResult(version.Version) : failure;
    }

    internal static string Describe(ItemWriteOptions options, ItemTally tally) => (options.Summary ?? ItemTally.Describe)(tally.ToResult(0));

    /// <summary>The section that a new item goes to, made if it is asked for by a name that is not there; null after noting an error.</summary>
    internal static DraftSection? SectionOf(DatasetDraft draft, ItemWrite write, ItemWriteOptions options, ItemTally tally, TimeProvider clock)
    {
        if (write.SectionName is { Length: > 0 } name)
        {
            return SectionNamed(draft, name, clock);
        }

        var id = write.Section ?? options.Section;
        var found = id is { } given ? draft.Section(given) : draft.Sections[0];
        if (found is null)
        {
            tally.Add(ItemMerge.ErrorOf(write, "section_id", "There is no such section in this dataset."));
        }

        return found;
    }

    /// <summary>The section of this name, made at the end when there is none.</summary>
    internal static DraftSection SectionNamed(DatasetDraft draft, string name, TimeProvider clock)
    {
        var named = draft.Sections.Find(section => section.Name == name);
        if (named is null)
        {
            named = new DraftSection(TypeId.New<SectionId>(clock.GetUtcNow()), name);
            draft.Sections.Add(named);
            draft.IsRearranged = true;
        }

        return named;
    }

    /// <summary>Writes items into a draft: those that are there are changed, the others come to the end of their section.</summary>
    private async Task ApplyAsync(DatasetTransaction change, IReadOnlyList<ItemWrite> writes, ItemWriteOptions options, ItemTally tally, SectionMoves moves, CancellationToken cancellationToken)
    {
        var draft = change.Draft;
        var lookup = new ItemLookup(db);
        var known = await lookup.KnownAsync(draft.Row.Id, writes, cancellationToken);
        var cloned = await lookup.ClonedAsync(draft.Row.Id, writes, cancellationToken);
        foreach (var write in writes)
        {
            var item = write.Item!;
            if (item.Id is { } id && known.TryGetValue(id, out var place))
            {
                var chunk = draft.Chunk(place.Chunk);
                await change.LoadAsync(chunk, cancellationToken);
                var line = chunk.Lines![place.Line];
                var changed = ItemMerge.Apply(line, write.Patch ?? (_ => item));
                var isMoved = moves.Add(id, chunk.Section.Name, write.SectionName);
                if (changed.IsChanged && changed != line)
                {
                    chunk.Lines[place.Line] = changed;
                    chunk.IsDirty = true;
                    draft.Changed++;
                    tally.Updated++;
                }
                else if (isMoved)
                {
                    tally.Updated++;
                }
                else
                {
                    tally.Unchanged++;
                }

                tally.Add(id);
            }
            else if (write.SkipsKnownSource && item.Source is { MessageIds: [var first, ..] } && !cloned.Add(first))
            {
                tally.Duplicates++;
            }
            else if (SectionOf(draft, write, options, tally, clock) is { } section)
            {
                var identified = item with { Id = item.Id ?? TypeId.New<ItemId>(clock.GetUtcNow()) };
                await change.AppendAsync(section, ItemLine.New(identified, write.Origin), cancellationToken);
                draft.Added++;
                tally.Created++;
                tally.Add(identified.Id.Value);
            }
        }
    }

    private static async IAsyncEnumerable<ItemWrite> RestAsync(
        IAsyncEnumerator<ItemWrite> reader, ItemTally tally, ItemWriteOptions options, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (tally.Check(reader.Current) && !tally.HasErrors)
            {
                yield return reader.Current;
            }

            if (options.Progress is { } progress && tally.Read % BatchItems == 0)
            {
                await progress(tally.Read, cancellationToken);
            }
        }
        while (await reader.MoveNextAsync());
    }
}
