using EvalMarket.Core.Data;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>What a list can be in the order of.</summary>
public enum SessionSort
{
    Created,
    Updated,
    Reviewed,
    Title,
    Turns,
    Tokens,
    Cost,
}

/// <summary>
/// The order of a list. Sessions without a value (never reviewed, no cost) come last both ways, and equals go by id: so every order is
/// total, and the same on every database.
/// </summary>
public readonly record struct SessionOrder(SessionSort Sort, bool IsDescending)
{
    /// <summary>The order of lists that nobody has sorted.</summary>
    public static SessionOrder Newest { get; } = new(SessionSort.Created, IsDescending: true);

    /// <summary>All orders by their wire names: <c>created</c> goes up, <c>-created</c> down.</summary>
    public static IReadOnlyList<string> WireNames { get; } = WireOrder.Names<SessionSort>();

    /// <summary>Null for what is no order.</summary>
    public static SessionOrder? Parse(string? text) => WireOrder.Parse<SessionSort>(text) is { } order ? new SessionOrder(order.Sort, order.IsDescending) : null;

    public string ToWire() => WireOrder.Of(Sort, IsDescending);
}
