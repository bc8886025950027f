using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>
/// Writes long streams of items. Chunks of new items are made, written and indexed without the workspace's lock, in a transaction that nobody sees; changes of
/// items that are there are made ready beside it. Then, under the lock, the chunks are put behind those of the newest version, the changes are made in it, and all
/// is committed at once. An item that somebody else changed or deleted meanwhile is left as it is and named in the answer. Memory holds some chunks.
/// </summary>
public sealed class BulkStages(
    EvalMarketDbContext db, IBlobStore blobs, DatasetFiles files, DatasetLayouts layouts, DatasetCommits commits, IntentLog intents, IServiceScopeFactory scopes, TimeProvider clock)
{
    private const int BatchItems = 1_000;

    internal async Task<Outcome<ItemWriteResult>> WriteAsync(
        DatasetId dataset, IReadOnlyList<ItemWrite> head, IAsyncEnumerable<ItemWrite> rest, ItemWriteOptions options, ItemTally tally, CancellationToken cancellationToken)
    {
        if (await layouts.GetAsync(db, dataset, cancellationToken) is not { } layout)
        {
            return new NotFound();
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var stage = new BulkStage(db, blobs, files, intents, layout, ReserveAsync, options.IsReadElsewhere);
        var moves = new SectionMoves(db, clock);
        var isReady = false;
        try
        {
            await foreach (var batch in head.ToAsyncEnumerable().Concat(rest).BatchAsync(BatchItems, write => write.Characters, cancellationToken))
            {
                // With an error nothing will be written: what follows is only read for more of them.
                if (!tally.HasErrors)
                {
                    await StageAsync(stage, layout, batch, options, tally, moves, cancellationToken);
                }
            }

            if (tally.HasErrors)
            {
                return tally.ToFailure();
            }

            await stage.FinishAsync(cancellationToken);
            isReady = true;
        }
        catch (DbUpdateException exception) when (db.IsUniqueViolation(exception))
        {
            return new Conflict("dataset_changed", "Somebody else added items under ids of this meanwhile. Nothing was written; send it again.");
        }
        finally
        {
            await stage.StopAsync();
            if (!isReady && stage.Intent is { } intent)
            {
                // Nothing but chunks was written; the collector finds them.
                await intents.CompleteAsync(intent, CancellationToken.None);
            }
        }

        var outcome = await commits.ChangeAsync(
            dataset,
            stage.Intent,
            async (change, token) =>
            {
                stage.Attach(change.Draft, options, tally, clock);
                change.Draft.Added += stage.Added;
                if (tally.HasErrors)
                {
                    return tally.ToFailure();
                }

                await stage.ChangeAsync(change, tally, token);
                await moves.ApplyAsync(change, tally.Conflicts, token);
                return null;
            },
            _ => ItemWriting.Describe(options, tally),
            options.Alongside is { } alongside ? (version, token) => alongside(tally.ToResult(version.Version), token) : null,
            cancellationToken);
        return outcome.Succeeded(out var made, out var failure) ? tally.ToResult(made.Version) : failure;
    }

    private async Task StageAsync(
        BulkStage stage, DatasetLayout layout, IReadOnlyList<ItemWrite> writes, ItemWriteOptions options, ItemTally tally, SectionMoves moves, CancellationToken cancellationToken)
    {
        if (writes.Any(write => write.SkipsKnownSource || write.Item!.Id is not null))
        {
            await stage.SettleAsync();
        }

        var dataset = layout.Dataset.Id;
        var names = layout.Dataset.Sections.ToDictionary(section => section.Id, section => section.Name);
        var lookup = new ItemLookup(db);
        var known = await lookup.KnownAsync(dataset, writes, cancellationToken);
        var cloned = await lookup.ClonedAsync(dataset, writes, cancellationToken);
        foreach (var write in writes)
        {
            var item = write.Item!;
            if (item.Id is { } id && known.TryGetValue(id, out var place))
            {
                tally.Add(id);
                var current = layout.Find(place.Chunk) is { } chunk ? names[chunk.Section] : null;
                var isMoved = moves.Add(id, current, write.SectionName);
                if (await stage.ChangeLaterAsync(id, place, write.Patch ?? (_ => item), cancellationToken) || isMoved)
                {
                    tally.Updated++;
                }
                else
                {
                    tally.Unchanged++;
                }
            }
            else if (write.SkipsKnownSource && item.Source is { MessageIds: [var first, ..] } && (!cloned.Add(first) || !stage.IsFirst(first)))
            {
                tally.Duplicates++;
            }
            else
            {
                var identified = item with { Id = item.Id ?? TypeId.New<ItemId>(clock.GetUtcNow()) };
                await stage.AddAsync(stage.SectionOf(write, options), ItemLine.New(identified, write.Origin), ChunkEnd.Usual, cancellationToken);
                tally.Created++;
                tally.Add(identified.Id.Value);
            }
        }
    }

    /// <summary>Takes numbers for chunks, in a transaction of its own: another import must not get the same.</summary>
    private async ValueTask<long> ReserveAsync(DatasetId dataset, int count, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(db.Tenant.Required, db.Tenant.Actor);
        var context = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.LockWorkspaceAsync(db.Tenant.Required, cancellationToken);
        var first = await context.Datasets.Where(row => row.Id == dataset).Select(row => row.NextChunk).FirstOrDefaultAsync(cancellationToken);
        await context.Datasets.Where(row => row.Id == dataset).ExecuteUpdateAsync(set => set.SetProperty(row => row.NextChunk, first + count), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return first;
    }
}
