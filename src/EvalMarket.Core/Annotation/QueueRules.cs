using EvalMarket.Core.Workspaces;

namespace EvalMarket.Core.Annotation;

/// <summary>Who may review in a queue, and who sees what. Pure.</summary>
public static class QueueRules
{
    /// <summary>Why somebody may not review here; null when they may.</summary>
    public static Failure? MayNotReview(QueueRow queue, Actor actor)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(actor);
        return !queue.IsOpen ? new Conflict("queue_closed", "This queue is closed: it takes no reviews. An editor can open it again in its settings.")
            : !IsReviewer(queue, actor) ? new Forbidden("You are not among the reviewers of this queue.")
            : null;
    }

    /// <summary>Who may review, by name; empty for everybody who may label.</summary>
    public static IReadOnlyList<string> ReviewersOf(QueueRow queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return QueueJson.Texts(queue.Reviewers);
    }

    /// <summary>Whether somebody is among the reviewers.</summary>
    public static bool IsReviewer(QueueRow queue, Actor actor)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(actor);
        return actor.May(Permission.Label) && ReviewersOf(queue) is var names && (names.Count == 0 || names.Contains(actor.Name, StringComparer.Ordinal));
    }

    /// <summary>Whether the reviews of a session can be seen by others than their authors: of a blind queue once it has all of them, is decided, or the queue is closed.</summary>
    public static bool IsRevealed(QueueRow queue, QueueItemRow item)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(item);
        return !queue.IsBlind || !queue.IsOpen || item.State != QueueItemState.Waiting;
    }
}
