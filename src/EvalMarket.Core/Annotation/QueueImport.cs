using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Annotation;

/// <summary>Puts sessions into queues and takes them out. One step: everything that matches, or nothing.</summary>
public sealed class QueueImport(EvalMarketDbContext db, QueueWriter writer, QueueIndex index, IOptions<Limits> limits)
{
    private const int BatchSize = 5_000;

    /// <summary>Adds all sessions that match, the oldest first.</summary>
    /// <param name="id">The queue.</param>
    /// <param name="filter">Which; ids that are not there are counted.</param>
    /// <param name="progress">Told the number of sessions looked at so far.</param>
    /// <param name="cancellationToken">Cancels; nothing is added.</param>
    public Task<Outcome<QueueImportResult>> AddAsync(
        QueueId id, SessionFilter filter, Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken) =>
        writer.WriteAsync<QueueImportResult>(
            id,
            async writing =>
            {
                var outcome = await AddAsync(writing, db.Where(filter), progress, cancellationToken);
                return outcome.Succeeded(out var result, out var failure)
                    ? result with { NotFound = result.NotFound with { Count = filter.Ids is { } ids ? ids.Distinct().Count() - result.Added - result.AlreadyThere : 0 } }
                    : failure;
            },
            cancellationToken);

    /// <summary>Adds the sessions that items of a dataset's newest version are linked to, the oldest first. Items without a link are counted.</summary>
    /// <param name="id">The queue.</param>
    /// <param name="source">The dataset, and which of its sections.</param>
    /// <param name="progress">Told the number of sessions looked at so far.</param>
    /// <param name="cancellationToken">Cancels; nothing is added.</param>
    public Task<Outcome<QueueImportResult>> AddLinkedAsync(
        QueueId id, QueueSource source, Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken) =>
        writer.WriteAsync<QueueImportResult>(
            id,
            async writing =>
            {
                var dataset = source.Dataset;
                if (!await db.Datasets.AnyAsync(row => row.Id == dataset && row.DeletedAt == null, cancellationToken))
                {
                    return new Invalid("unknown_dataset", "There is no such dataset.", [new ContentError("There is no such dataset.", "/dataset_id")]);
                }

                var sections = source.Sections.Distinct().ToList();
                if (await db.DatasetSections.CountAsync(row => row.DatasetId == dataset && sections.Contains(row.Id), cancellationToken) < sections.Count)
                {
                    return new Invalid(
                        "unknown_section", "Sections do not belong to this dataset.", [new ContentError("Sections do not belong to this dataset.", "/section_ids")]);
                }

                var (linked, notLinked) = await CountLinkedAsync(source, cancellationToken);
                var items = ItemsOf(source);
                var outcome = await AddAsync(writing, db.Sessions.Where(row => items.Any(item => item.SessionId == row.Id)), progress, cancellationToken);
                return outcome.Succeeded(out var result, out var failure)
                    ? QueueImportResult.Of(result.Added, result.AlreadyThere, linked - result.Added - result.AlreadyThere, notLinked) with { Import = result.Import }
                    : failure;
            },
            cancellationToken);

    /// <summary>How many sessions the items of a dataset are linked to, and how many items are linked to none.</summary>
    public async Task<(long Sessions, long NotLinked)> CountLinkedAsync(QueueSource source, CancellationToken cancellationToken) =>
        (await ItemsOf(source).Where(item => item.SessionId != null).Select(item => item.SessionId).Distinct().LongCountAsync(cancellationToken),
        await ItemsOf(source).LongCountAsync(item => item.SessionId == null, cancellationToken));

    /// <summary>Takes out what an import has put in, as long as nobody has said anything of it; what was reviewed or passed over stays.</summary>
    /// <param name="import">The number of the import: <see cref="QueueImportResult.Import"/>.</param>
    public Task<Outcome<QueueImportUndo>> UndoAsync(QueueId id, long import, CancellationToken cancellationToken) =>
        writer.WriteAsync<QueueImportUndo>(
            id,
            async writing =>
            {
                var (removed, kept) = (0L, await db.QueueItems.LongCountAsync(
                    row => row.QueueId == id && row.Added == import && (row.Reviews > 0 || row.Skips > 0 || row.State != QueueItemState.Waiting), cancellationToken));
                while (true)
                {
                    var batch = await db.QueueItems.Where(row => row.QueueId == id && row.Added == import && row.Reviews == 0 && row.Skips == 0 && row.State == QueueItemState.Waiting)
                        .OrderBy(row => row.SessionId).Take(BatchSize).Select(row => row.SessionId).ToListAsync(cancellationToken);
                    if (batch.Count == 0)
                    {
                        return new QueueImportUndo(removed, kept);
                    }

                    var line = new QueueLogLine { At = writing.At, By = writing.By, Remove = batch };
                    writing.Lines.Add(line);
                    await index.ApplyAsync(writing.Queue, line, writing.Sequence, cancellationToken);
                    removed += batch.Count;
                }
            },
            cancellationToken);

    /// <summary>Takes a session out of a queue, with what was said of it there. What has landed on the session stays.</summary>
    public Task<Outcome<QueueRow>> RemoveAsync(QueueId id, SessionId session, CancellationToken cancellationToken) =>
        writer.WriteAsync<QueueRow>(
            id,
            async writing =>
            {
                if (!await db.QueueItems.AnyAsync(row => row.QueueId == id && row.SessionId == session, cancellationToken))
                {
                    return new NotFound();
                }

                var line = new QueueLogLine { At = writing.At, By = writing.By, Remove = [session] };
                writing.Lines.Add(line);
                await index.ApplyAsync(writing.Queue, line, writing.Sequence, cancellationToken);
                return writing.Queue;
            },
            cancellationToken);

    /// <summary>The items of a dataset's newest version, or of some of its sections.</summary>
    private IQueryable<Datasets.DatasetItemRow> ItemsOf(QueueSource source)
    {
        var (dataset, sections) = (source.Dataset, source.Sections);
        var items = db.DatasetItems.Where(item => item.DatasetId == dataset);
        return sections.Count == 0
            ? items
            : items.Where(item => db.DatasetChunks.Any(chunk => chunk.DatasetId == dataset && chunk.Number == item.Chunk && sections.Contains(chunk.SectionId)));
    }

    /// <summary>Adds sessions, a batch at a time.</summary>
    private async Task<Outcome<QueueImportResult>> AddAsync(
        QueueWriting writing, IQueryable<SessionRow> sessions, Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        var id = writing.Queue.Id;
        var before = await db.QueueItems.CountAsync(row => row.QueueId == id, cancellationToken);
        var (added, seen) = (0L, 0L);
        SessionId? after = null;
        while (true)
        {
            var batch = await sessions
                .Where(row => after == null || row.Id > after.Value)
                .OrderBy(row => row.Id)
                .Take(BatchSize)
                .Select(row => new { row.Id, IsThere = db.QueueItems.Any(item => item.QueueId == id && item.SessionId == row.Id) })
                .ToListAsync(cancellationToken);
            if (batch.Count == 0)
            {
                return QueueImportResult.Of(added, seen - added, 0, 0) with { Import = added > 0 ? writing.Sequence : null };
            }

            var line = new QueueLogLine { At = writing.At, By = writing.By, Add = [.. batch.Where(row => !row.IsThere).Select(row => row.Id)] };
            added += line.Add.Count;
            if (before + added > limits.Value.SessionsPerQueue)
            {
                return new TooLarge("sessions_per_queue", limits.Value.SessionsPerQueue, null);
            }

            if (line.Add.Count > 0)
            {
                writing.Lines.Add(line);
                await index.ApplyAsync(writing.Queue, line, writing.Sequence, cancellationToken);
            }

            seen += batch.Count;
            after = batch[^1].Id;
            if (progress is not null)
            {
                await progress(seen, cancellationToken);
            }
        }
    }
}
