using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Annotation;

/// <summary>Finds queues and what is in them. Reads rows only.</summary>
public sealed class QueueDirectory(EvalMarketDbContext db, QueueReservations reservations, TimeProvider clock)
{
    /// <summary>A reviewer is not told more exactly what is left.</summary>
    public const int MostCounted = 1_000;

    /// <summary>Newest first.</summary>
    public async Task<(IReadOnlyList<QueueRow> Items, QueueId? Next)> ListAsync(QueueId? before, int limit, CancellationToken cancellationToken)
    {
        var rows = await db.Queues.AsNoTracking()
            .Where(row => before == null || row.Id < before.Value)
            .OrderByDescending(row => row.Id)
            .Take(limit + 1)
            .ToListAsync(cancellationToken);
        return rows.Count > limit ? (rows[..limit], rows[limit - 1].Id) : (rows, null);
    }

    public Task<QueueRow?> FindAsync(QueueId id, CancellationToken cancellationToken) =>
        db.Queues.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken);

    /// <summary>How far queues are.</summary>
    public async Task<IReadOnlyDictionary<QueueId, QueueNumbers>> CountAsync(IReadOnlyList<QueueId> ids, CancellationToken cancellationToken)
    {
        var groups = await db.QueueItems
            .Where(row => ids.Contains(row.QueueId))
            .GroupBy(row => new { row.QueueId, row.State })
            .Select(group => new
            {
                group.Key.QueueId,
                group.Key.State,
                Count = group.Count(),
                Begun = group.Count(row => row.Reviews > 0),
                Flagged = group.Count(row => row.IsFlagged),
                Skipped = group.Count(row => row.Skips > 0),
                Reviews = group.Sum(row => (long)row.Reviews),
            })
            .ToListAsync(cancellationToken);
        return ids.ToDictionary(id => id, id =>
        {
            var mine = groups.Where(group => group.QueueId == id).ToList();
            int Of(QueueItemState state) => mine.FirstOrDefault(group => group.State == state)?.Count ?? 0;
            return new QueueNumbers
            {
                Sessions = mine.Sum(group => group.Count),
                Waiting = Of(QueueItemState.Waiting),
                Begun = mine.FirstOrDefault(group => group.State == QueueItemState.Waiting)?.Begun ?? 0,
                Conflicts = Of(QueueItemState.Conflict),
                Done = Of(QueueItemState.Done),
                Flagged = mine.Sum(group => group.Flagged),
                Skipped = mine.Sum(group => group.Skipped),
                Reviews = mine.Sum(group => group.Reviews),
            };
        });
    }

    /// <summary>How many sessions the caller could be given now; counted up to <see cref="MostCounted"/>.</summary>
    public Task<int> CountOpenAsync(QueueRow queue, CancellationToken cancellationToken) =>
        reservations.Open(queue, db.Tenant.Actor.Identity, clock.GetUtcNow()).OrderBy(row => row.SessionId).Take(MostCounted).CountAsync(cancellationToken);

    /// <summary>How many sessions the caller has reviewed.</summary>
    public Task<int> CountMineAsync(QueueRow queue, CancellationToken cancellationToken)
    {
        var me = db.Tenant.Actor.Identity;
        return db.QueueReviews.CountAsync(row => row.QueueId == queue.Id && row.Reviewer == me && row.Skip == null, cancellationToken);
    }

    /// <summary>What each reviewer has done, most reviews first.</summary>
    public async Task<IReadOnlyList<ReviewerNumbers>> CountByReviewerAsync(QueueId id, CancellationToken cancellationToken) =>
        [.. (await db.QueueReviews
            .Where(row => row.QueueId == id)
            .Join(db.QueueItems, row => new { row.QueueId, row.SessionId }, item => new { item.QueueId, item.SessionId }, (row, item) => new { Row = row, Item = item })
            .GroupBy(pair => pair.Row.Reviewer)
            .Select(group => new ReviewerNumbers(
                group.Key,
                group.Count(pair => pair.Row.Skip == null),
                group.Count(pair => pair.Row.Skip != null),
                group.Count(pair => pair.Row.Flag != null),
                group.Count(pair => pair.Row.Skip == null && pair.Item.State == QueueItemState.Done),
                group.Count(pair => pair.Row.Skip == null && pair.Item.State == QueueItemState.Done && pair.Row.Status == pair.Item.ResultStatus),
                group.Max(pair => pair.Row.At)))
            .ToListAsync(cancellationToken)).OrderByDescending(numbers => numbers.Reviews).ThenBy(numbers => numbers.Reviewer, StringComparer.Ordinal)];

    /// <summary>A page of a queue's sessions, in the queue's order.</summary>
    public async Task<(IReadOnlyList<QueueEntry> Items, QueuePlace? Next)> ListItemsAsync(
        QueueId id, QueueItemFilter filter, QueuePlace? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await Where(id, filter)
            .Where(row => after == null || row.Added > after.Value.Added || (row.Added == after.Value.Added && row.SessionId > after.Value.Session))
            .OrderBy(row => row.Added).ThenBy(row => row.SessionId)
            .Take(limit + 1)
            .Join(db.Sessions.AsNoTracking(), row => row.SessionId, session => session.Id, (row, session) => new QueueEntry(row, session))
            .ToListAsync(cancellationToken);
        List<QueueEntry> page = [.. rows.OrderBy(entry => entry.Item.Added).ThenBy(entry => entry.Item.SessionId).Take(limit)];
        return (page, rows.Count > limit ? new QueuePlace(page[^1].Item.Added, page[^1].Item.SessionId) : null);
    }

    /// <summary>A session in a queue; null when it is not there.</summary>
    public Task<QueueItemRow?> FindItemAsync(QueueId id, SessionId session, CancellationToken cancellationToken) =>
        db.QueueItems.AsNoTracking().FirstOrDefaultAsync(row => row.QueueId == id && row.SessionId == session, cancellationToken);

    /// <summary>The next session that somebody has to decide, after one in the queue's order and then from the beginning; null when there is no other.</summary>
    public async Task<SessionId?> NextConflictAsync(QueueId id, QueueItemRow? after, CancellationToken cancellationToken)
    {
        var conflicts = Where(id, QueueItemFilter.Conflict);
        if (after is not null)
        {
            var (added, session) = (after.Added, after.SessionId);
            conflicts = conflicts.Where(row => row.SessionId != session)
                .OrderBy(row => row.Added > added || (row.Added == added && row.SessionId > session) ? 0 : 1).ThenBy(row => row.Added).ThenBy(row => row.SessionId);
        }
        else
        {
            conflicts = conflicts.OrderBy(row => row.Added).ThenBy(row => row.SessionId);
        }

        return (await conflicts.FirstOrDefaultAsync(cancellationToken))?.SessionId;
    }

    /// <summary>What was said of a session in a queue, as far as the caller may see it, in the order in which it came. Skips are never hidden.</summary>
    public async Task<IReadOnlyList<QueueReviewRow>> ListReviewsAsync(QueueRow queue, QueueItemRow item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(item);
        return await Visible(queue).Where(row => row.SessionId == item.SessionId).OrderBy(row => row.Sequence).ToListAsync(cancellationToken);
    }

    /// <summary>A page of what was said in a queue, as far as the caller may see it, the newest first.</summary>
    public async Task<(IReadOnlyList<QueueReviewRow> Items, QueuePlace? Next)> ListReviewsAsync(
        QueueRow queue, SessionId? session, string? reviewer, QueuePlace? before, int limit, CancellationToken cancellationToken)
    {
        var rows = await Visible(queue)
            .Where(row => session == null || row.SessionId == session)
            .Where(row => reviewer == null || row.Reviewer == reviewer)
            .Where(row => before == null || row.Sequence < before.Value.Added || (row.Sequence == before.Value.Added && row.SessionId < before.Value.Session))
            .OrderByDescending(row => row.Sequence).ThenByDescending(row => row.SessionId)
            .Take(limit + 1)
            .ToListAsync(cancellationToken);
        return rows.Count > limit ? (rows[..limit], new QueuePlace(rows[limit - 1].Sequence, rows[limit - 1].SessionId)) : (rows, null);
    }

    /// <summary>What was said that the caller may see: their own, and what is revealed.</summary>
    internal IQueryable<QueueReviewRow> Visible(QueueRow queue)
    {
        var me = db.Tenant.Actor.Identity;
        var all = db.QueueReviews.AsNoTracking().Where(row => row.QueueId == queue.Id);
        return !queue.IsBlind || !queue.IsOpen ? all : all.Where(row => row.Reviewer == me || row.Skip != null
            || db.QueueItems.Any(item => item.QueueId == queue.Id && item.SessionId == row.SessionId && item.State != QueueItemState.Waiting));
    }

    internal IQueryable<QueueItemRow> Where(QueueId id, QueueItemFilter filter)
    {
        var rows = db.QueueItems.AsNoTracking().Where(row => row.QueueId == id);
        return filter switch
        {
            QueueItemFilter.Waiting => rows.Where(row => row.State == QueueItemState.Waiting),
            QueueItemFilter.Conflict => rows.Where(row => row.State == QueueItemState.Conflict),
            QueueItemFilter.Done => rows.Where(row => row.State == QueueItemState.Done),
            QueueItemFilter.Flagged => rows.Where(row => row.IsFlagged),
            QueueItemFilter.Skipped => rows.Where(row => row.Skips > 0),
            _ => rows,
        };
    }
}

/// <summary>A session in a queue, with the session.</summary>
public sealed record QueueEntry(QueueItemRow Item, SessionRow Session);

/// <summary>A place in a queue: where a page ends and the next begins.</summary>
public readonly record struct QueuePlace(long Added, SessionId Session);
