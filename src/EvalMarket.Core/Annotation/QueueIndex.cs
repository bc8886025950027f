using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Annotation;

/// <summary>The rows of queues. Changes and the replay of their logs both come here, so that <c>reindex</c> gives the same rows; all of it in the caller's transaction.</summary>
public sealed class QueueIndex(EvalMarketDbContext db)
{
    /// <summary>Rows that are inserted at once.</summary>
    private const int InsertSize = 1_000;

    /// <summary>Applies one line; of sessions that have been deleted since, nothing comes back.</summary>
    internal async Task ApplyAsync(QueueRow queue, QueueLogLine line, long sequence, CancellationToken cancellationToken)
    {
        if (line.Add is { } added)
        {
            await AddAsync(queue, added, line, sequence, cancellationToken);
        }
        else if (line.Remove is { } removed)
        {
            await db.QueueItems.Where(row => row.QueueId == queue.Id && removed.Contains(row.SessionId)).ExecuteDeleteAsync(cancellationToken);
        }
        else if (line.Session is { } session && await db.QueueItems.AnyAsync(row => row.QueueId == queue.Id && row.SessionId == session, cancellationToken))
        {
            if (line.Result is { } result)
            {
                await SetResultAsync(queue, session, result, cancellationToken);
            }
            else
            {
                await SayAsync(queue, session, line, sequence, cancellationToken);
            }
        }
    }

    private async Task AddAsync(QueueRow queue, IReadOnlyList<SessionId> sessions, QueueLogLine line, long sequence, CancellationToken cancellationToken)
    {
        foreach (var part in sessions.Chunk(InsertSize))
        {
            var there = await db.Sessions.Where(row => part.Contains(row.Id) && !db.QueueItems.Any(item => item.QueueId == queue.Id && item.SessionId == row.Id))
                .Select(row => row.Id).ToListAsync(cancellationToken);
            db.QueueItems.AddRange(there.Select(session => new QueueItemRow
            {
                Workspace = queue.Workspace,
                QueueId = queue.Id,
                SessionId = session,
                Added = sequence,
                AddedAt = line.At,
                State = QueueItemState.Waiting,
            }));
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>A review or a skip; it takes the place of what the same reviewer said before.</summary>
    private async Task SayAsync(QueueRow queue, SessionId session, QueueLogLine line, long sequence, CancellationToken cancellationToken)
    {
        var said = db.QueueReviews.Where(row => row.QueueId == queue.Id && row.SessionId == session);
        await said.Where(row => row.Reviewer == line.By).ExecuteDeleteAsync(cancellationToken);
        db.QueueReviews.Add(new QueueReviewRow
        {
            Workspace = queue.Workspace,
            QueueId = queue.Id,
            SessionId = session,
            Reviewer = line.By,
            Sequence = sequence,
            At = line.At,
            Skip = line.Skip,
            Status = line.Review?.Status,
            Notes = line.Review?.Notes,
            Tags = line.Review is { Tags: { Count: > 0 } tags } ? QueueJson.Write(tags) : null,
            ExpectedOutput = line.Review?.ExpectedOutput,
            Flag = line.Review?.Flag,
        });
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();

        var reviews = await said.CountAsync(row => row.Skip == null, cancellationToken);
        var skips = await said.CountAsync(row => row.Skip != null, cancellationToken);
        var flagged = await said.AnyAsync(row => row.Flag != null, cancellationToken);
        var state = reviews >= queue.ReviewsPerSession ? QueueItemState.Conflict : QueueItemState.Waiting;
        await db.QueueItems.Where(row => row.QueueId == queue.Id && row.SessionId == session).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Reviews, reviews)
                .SetProperty(row => row.Skips, skips)
                .SetProperty(row => row.IsFlagged, flagged)
                .SetProperty(row => row.State, row => row.State == QueueItemState.Done ? QueueItemState.Done : state),
            cancellationToken);
    }

    private Task<int> SetResultAsync(QueueRow queue, SessionId session, QueueResult result, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(result, QueueJson.Compact.QueueResult);
        return db.QueueItems.Where(row => row.QueueId == queue.Id && row.SessionId == session).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.State, QueueItemState.Done)
                .SetProperty(row => row.ResultStatus, result.Labels.Status)
                .SetProperty(row => row.Result, json),
            cancellationToken);
    }
}
