using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>A place in a list: where a page ends and the next begins.</summary>
/// <param name="Key">The value that the list is ordered by, as text; null for a session without one.</param>
public sealed record SessionPlace(SessionOrder Order, string? Key, SessionId Id)
{
    internal OrderedPlace<SessionId> InColumn => new(Key, Id);

    /// <summary>The place of a session.</summary>
    public static SessionPlace Of(SessionRow row, SessionOrder order) => new(order, SessionColumn.Of(order.Sort).KeyOf(row), row.Id);

    /// <summary>The place from which on a session is the first.</summary>
    public static SessionPlace JustBefore(SessionRow row, SessionOrder order)
    {
        // Equals go by id, so the place of the same value and the id beside it has nothing between.
        var bits = TypeId.BitsOf(row.Id);
        return Of(row, order) with { Id = TypeId.FromBits<SessionId>(order.IsDescending ? bits + 1 : bits - 1) };
    }

    /// <summary>Null when the text is no value of what the list is ordered by.</summary>
    public static SessionPlace? Parse(SessionOrder order, string? key, SessionId id) =>
        SessionColumn.Of(order.Sort).IsKey(key) ? new SessionPlace(order, key, id) : null;
}
