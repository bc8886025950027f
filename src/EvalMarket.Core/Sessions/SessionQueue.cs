using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions;

/// <summary>How far a list is labelled, and where in it a session stands.</summary>
/// <param name="Labelled">Sessions that have been called golden, correct or incorrect.</param>
/// <param name="Total">All of them. Both whatever labels the list is narrowed to: a queue of what needs review would otherwise never be done.</param>
/// <param name="Place">The session's place in the list, from 1.</param>
/// <param name="Listed">How many sessions the list has.</param>
public sealed record QueueProgress(int Labelled, int Total, int Place, int Listed);

/// <summary>A list of sessions as something to be worked off: what is next, and how much is done. Reads rows only.</summary>
public sealed class SessionQueue(EvalMarketDbContext db, SessionDirectory directory)
{
    /// <summary>Counts a list around one of its sessions.</summary>
    public async Task<QueueProgress> ProgressAsync(SessionFilter filter, SessionRow here, CancellationToken cancellationToken)
    {
        var place = new SessionPosition(here.CreatedAt, here.Id);
        var isNarrowed = filter.Statuses.Count > 0 || filter.Unlabelled;
        var counts = await db.Where(filter with { Statuses = [], Unlabelled = false })
            .GroupBy(row => row.EvalStatus)
            .Select(group => new
            {
                Status = group.Key,
                All = group.Count(),
                Newer = group.Count(row => row.CreatedAt > place.CreatedAt || (row.CreatedAt == place.CreatedAt && row.Id > place.Id)),
            })
            .ToListAsync(cancellationToken);
        var listed = counts
            .Where(group => !isNarrowed
                || ((filter.Statuses.Count == 0 || (group.Status is { } status && filter.Statuses.Contains(status))) && (!filter.Unlabelled || !IsLabel(group.Status))))
            .ToList();
        return new QueueProgress(
            counts.Where(group => IsLabel(group.Status)).Sum(group => group.All),
            counts.Sum(group => group.All),
            listed.Sum(group => group.Newer) + 1,
            listed.Sum(group => group.All));
    }

    /// <summary>The next session of a list that waits for a label, in the list's order; after its end it begins again. Null when none is left.</summary>
    /// <param name="filter">The list.</param>
    /// <param name="after">Where to look from; null: from the beginning.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<SessionId?> NextUnlabelledAsync(SessionFilter filter, SessionRow? after, CancellationToken cancellationToken)
    {
        var open = filter with { Unlabelled = true };
        if (after is not null && await directory.NeighboursAsync(after, open, cancellationToken) is (_, { } older))
        {
            return older;
        }

        var first = await directory.ListAsync(open, null, 1, cancellationToken);
        return first.Items is [var row] && row.Id != after?.Id ? row.Id : null;
    }

    private static bool IsLabel(EvalStatus? status) => status is not (null or EvalStatus.NeedsReview);
}
