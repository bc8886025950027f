using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Annotation;

/// <summary>How far the reviewers of a queue agree. Of a blind queue only what is revealed counts.</summary>
public sealed class QueueAgreement(EvalMarketDbContext db)
{
    /// <summary>Over all sessions that have two reviews or more; labels in the order of <see cref="EvalStatuses.All"/>.</summary>
    public async Task<AgreementResult> MeasureAsync(QueueRow queue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queue);
        var agreement = new Agreement(EvalStatuses.All.Count);
        var unit = new List<(string, int)>();
        SessionId? session = null;
        var isOpen = queue.IsBlind && queue.IsOpen;
        var reviews = db.QueueReviews.AsNoTracking()
            .Where(row => row.QueueId == queue.Id && row.Skip == null)
            // Also one's own reviews, where the others' are hidden, would say nothing.
            .Where(row => !isOpen || db.QueueItems.Any(item => item.QueueId == queue.Id && item.SessionId == row.SessionId && item.State != QueueItemState.Waiting))
            .OrderBy(row => row.SessionId)
            .Select(row => new { row.SessionId, row.Reviewer, row.Status });
        await foreach (var review in reviews.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (review.SessionId != session)
            {
                agreement.Add(unit);
                unit.Clear();
                session = review.SessionId;
            }

            unit.Add((review.Reviewer, IndexOf(review.Status!.Value)));
        }

        agreement.Add(unit);
        return agreement.Result();
    }

    /// <summary>The category of a label.</summary>
    public static int IndexOf(EvalStatus status) => (int)status - 1;
}
