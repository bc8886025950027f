using EvalMarket.Core.Sessions.Lists;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>The order of a list in words, and the ways to another one.</summary>
internal sealed record SessionOrderView(SessionAddress Address)
{
    public static IReadOnlyList<(SessionSort Sort, string Label)> All { get; } =
    [
        (SessionSort.Created, "Created"),
        (SessionSort.Updated, "Updated"),
        (SessionSort.Reviewed, "Reviewed"),
        (SessionSort.Title, "Title"),
        (SessionSort.Turns, "Turns"),
        (SessionSort.Tokens, "Tokens"),
        (SessionSort.Cost, "Cost"),
    ];

    private SessionOrder Order => Address.Order;

    /// <summary>"Created, newest first".</summary>
    public string Words => $"{All.First(known => known.Sort == Order.Sort).Label}, {Direction(Order)}";

    /// <summary>For a table's caption.</summary>
    public string Sentence => Order == SessionOrder.Newest ? "newest first" : $"by {Words.ToLowerInvariant()}";

    public string BackWord => Order == SessionOrder.Newest ? "Newer" : "Previous";

    public string OnWord => Order == SessionOrder.Newest ? "Older" : "Next";

    /// <summary>Whether the table shows what it is ordered by.</summary>
    public bool IsIn(IReadOnlyList<SessionTableColumn> columns) => Order.Sort == SessionSort.Title || columns.Any(column => column.Sort == Order.Sort);

    /// <summary>The list ordered by this; the other way round when it already is.</summary>
    public string Href(SessionSort sort) => Address.SortedBy(Next(sort));

    /// <summary>Which way that would be.</summary>
    public string NextWords(SessionSort sort) => Direction(Next(sort));

    public string? AriaOf(SessionSort sort) => sort != Order.Sort ? null : Order.IsDescending ? "descending" : "ascending";

    public string? IconOf(SessionSort sort) => sort != Order.Sort ? null : Order.IsDescending ? "down" : "up";

    private SessionOrder Next(SessionSort sort) => new(sort, sort == Order.Sort ? !Order.IsDescending : sort != SessionSort.Title);

    private static string Direction(SessionOrder order) => order switch
    {
        { Sort: SessionSort.Title } => order.IsDescending ? "Z to A" : "A to Z",
        { Sort: SessionSort.Created or SessionSort.Updated or SessionSort.Reviewed } => order.IsDescending ? "newest first" : "oldest first",
        _ => order.IsDescending ? "most first" : "least first",
    };
}
