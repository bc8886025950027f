using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>How far a list is labelled, and where in it a session stands.</summary>
/// <param name="Labelled">Sessions that have been called golden, correct or incorrect.</param>
/// <param name="Total">All of them. Both whatever labels the list is narrowed to: a queue of what needs review would otherwise never be done.</param>
/// <param name="Place">The session's place in the list, from 1; null where the list is not counted to its end.</param>
/// <param name="Listed">How many sessions the list has.</param>
public sealed record QueueProgress(long Labelled, long Total, long? Place, SessionTotal Listed);

/// <summary>A list of sessions as something to be worked off: what is next, and how much is done. Reads rows only.</summary>
public sealed class SessionQueue(SessionDirectory directory)
{
    /// <summary>Counts a list around one of its sessions.</summary>
    public async Task<QueueProgress> ProgressAsync(SessionFilter filter, SessionOrder order, SessionRow here, CancellationToken cancellationToken)
    {
        var counts = await directory.CountByStatusAsync(filter with { Statuses = [], Unlabelled = false }, cancellationToken);
        var listed = await directory.TotalAsync(filter, cancellationToken);
        return new QueueProgress(
            counts.ByStatus.Where(count => count.Key != EvalStatus.NeedsReview).Sum(count => count.Value),
            counts.All,
            listed.IsAtLeast ? null : await directory.CountBeforeAsync(filter, SessionPlace.Of(here, order), cancellationToken) + 1,
            listed);
    }

    /// <summary>The next session of a list that waits for a label, in the list's order; after its end it begins again. Null when none is left.</summary>
    /// <param name="filter">The list.</param>
    /// <param name="order">Its order.</param>
    /// <param name="after">Where to look from; null: from the beginning.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<SessionId?> NextUnlabelledAsync(SessionFilter filter, SessionOrder order, SessionRow? after, CancellationToken cancellationToken)
    {
        var open = filter with { Unlabelled = true };
        if (after is not null && await directory.NeighboursAsync(after, open, order, cancellationToken) is (_, { } older))
        {
            return older;
        }

        var first = await directory.ListAsync(open, order, null, 1, cancellationToken);
        return first.Items is [var row] && row.Id != after?.Id ? row.Id : null;
    }
}
