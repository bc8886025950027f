using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Annotation;

/// <summary>
/// Hands out sessions to reviewers. Whoever is given one has it to themselves for a while, as far as reviews are left: reviews that are in and reservations together are never more than the
/// queue asks for. Under the queue's lock.
/// </summary>
public sealed class QueueReservations(EvalMarketDbContext db, QueueWriter writer)
{
    /// <summary>The session that the caller has, else the first that waits for a review of theirs; kept for them from now on.</summary>
    /// <param name="id">The queue.</param>
    /// <param name="after">A session to go on from: it is not given again as long as there is another. Null: what the caller has already comes first.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Outcome<QueueTurn>> NextAsync(QueueId id, SessionId? after, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await writer.LockAsync(id, cancellationToken) is not { } queue)
        {
            return new NotFound();
        }

        if (QueueRules.MayNotReview(queue, db.Tenant.Actor) is { } refusal)
        {
            return refusal;
        }

        var (now, me) = (writer.Now(), db.Tenant.Actor.Identity);
        await db.QueueReservations.Where(row => row.QueueId == id && row.Until <= now).ExecuteDeleteAsync(cancellationToken);
        var open = Open(queue, me, now);
        var mine = await open.Where(item => (after == null || item.SessionId != after) && db.QueueReservations.Any(row => row.QueueId == id && row.SessionId == item.SessionId && row.Reviewer == me))
            .OrderBy(item => item.Added).ThenBy(item => item.SessionId).FirstOrDefaultAsync(cancellationToken);
        var next = mine
            ?? await open.Where(item => after == null || item.SessionId != after).OrderBy(item => item.Added).ThenBy(item => item.SessionId).FirstOrDefaultAsync(cancellationToken)
            ?? await open.FirstOrDefaultAsync(cancellationToken);
        if (next is null)
        {
            await transaction.CommitAsync(cancellationToken);
            return new QueueTurn(queue, null, null, await ReservedByOthersAsync(queue, me, cancellationToken));
        }

        var until = await KeepAsync(queue, next.SessionId, me, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new QueueTurn(queue, next, until, 0);
    }

    /// <summary>Keeps a session that the caller has opened, when a review of theirs has a place.</summary>
    /// <returns>No item: it is not in the queue.</returns>
    public async Task<Outcome<QueueTurn>> HoldAsync(QueueId id, SessionId session, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await writer.LockAsync(id, cancellationToken) is not { } queue
            || await db.QueueItems.AsNoTracking().FirstOrDefaultAsync(row => row.QueueId == id && row.SessionId == session, cancellationToken) is not { } item)
        {
            return new NotFound();
        }

        var (now, me) = (writer.Now(), db.Tenant.Actor.Identity);
        await db.QueueReservations.Where(row => row.QueueId == id && row.Until <= now).ExecuteDeleteAsync(cancellationToken);
        DateTimeOffset? until = QueueRules.MayNotReview(queue, db.Tenant.Actor) is null && await Open(queue, me, now).AnyAsync(row => row.SessionId == session, cancellationToken)
            ? await KeepAsync(queue, session, me, now, cancellationToken)
            : null;
        await transaction.CommitAsync(cancellationToken);
        return new QueueTurn(queue, item, until, 0);
    }

    /// <summary>Sessions that wait for a review of somebody's and have a place for it.</summary>
    internal IQueryable<QueueItemRow> Open(QueueRow queue, string reviewer, DateTimeOffset now)
    {
        var (id, needed) = (queue.Id, queue.ReviewsPerSession);
        return db.QueueItems.AsNoTracking().Where(item => item.QueueId == id && item.State == QueueItemState.Waiting
            && !db.QueueReviews.Any(review => review.QueueId == id && review.SessionId == item.SessionId && review.Reviewer == reviewer)
            && item.Reviews + db.QueueReservations.Count(row => row.QueueId == id && row.SessionId == item.SessionId && row.Reviewer != reviewer && row.Until > now) < needed);
    }

    private async Task<DateTimeOffset> KeepAsync(QueueRow queue, SessionId session, string reviewer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = now.AddMinutes(queue.ReservationMinutes);
        // One at a time: what somebody goes away from is free for others.
        await db.QueueReservations.Where(row => row.QueueId == queue.Id && row.Reviewer == reviewer).ExecuteDeleteAsync(cancellationToken);
        db.QueueReservations.Add(new QueueReservationRow { Workspace = queue.Workspace, QueueId = queue.Id, SessionId = session, Reviewer = reviewer, Until = until });
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return until;
    }

    /// <summary>Sessions that others are at and that would be the caller's when they let them go.</summary>
    private Task<int> ReservedByOthersAsync(QueueRow queue, string reviewer, CancellationToken cancellationToken) =>
        db.QueueItems.CountAsync(
            item => item.QueueId == queue.Id && item.State == QueueItemState.Waiting
                && !db.QueueReviews.Any(review => review.QueueId == queue.Id && review.SessionId == item.SessionId && review.Reviewer == reviewer),
            cancellationToken);
}

/// <summary>What a reviewer is given.</summary>
/// <param name="Item">Null when nothing waits for them.</param>
/// <param name="Until">How long it is kept for them; null when it is not.</param>
/// <param name="WithOthers">When nothing is left: sessions that others have reserved.</param>
public sealed record QueueTurn(QueueRow Queue, QueueItemRow? Item, DateTimeOffset? Until, int WithOthers);
