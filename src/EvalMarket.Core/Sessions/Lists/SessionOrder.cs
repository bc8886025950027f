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
    public static IReadOnlyList<string> WireNames { get; } =
        [.. Enum.GetValues<SessionSort>().SelectMany(sort => new[] { new SessionOrder(sort, true).ToWire(), new SessionOrder(sort, false).ToWire() })];

    /// <summary>Null for what is no order.</summary>
    public static SessionOrder? Parse(string? text)
    {
        foreach (var sort in Enum.GetValues<SessionSort>())
        {
            var order = new SessionOrder(sort, text?.StartsWith('-') == true);
            if (order.ToWire() == text)
            {
                return order;
            }
        }

        return null;
    }

    public string ToWire() => (IsDescending ? "-" : "") + Sort.ToString().ToLowerInvariant();
}
