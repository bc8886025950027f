using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Web.Pages.Shared.Lists;

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
        (SessionSort.Turns, "Answered turns"),
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

    /// <summary>The way to the order by this; the other way round when it already is.</summary>
    public SortChoice Of(SessionSort sort) => new(
        All.First(known => known.Sort == sort).Label, Address.SortedBy(Next(sort)), Direction(Next(sort)), sort != Order.Sort ? null : Order.IsDescending ? "descending" : "ascending");

    public SortMenu Menu(IReadOnlyList<SessionTableColumn> columns) => new(Words, [.. All.Select(known => Of(known.Sort))]) { IsInTable = IsIn(columns) };

    private SessionOrder Next(SessionSort sort) => new(sort, sort == Order.Sort ? !Order.IsDescending : sort != SessionSort.Title);

    private static string Direction(SessionOrder order) => order switch
    {
        { Sort: SessionSort.Title } => order.IsDescending ? "Z to A" : "A to Z",
        { Sort: SessionSort.Created or SessionSort.Updated or SessionSort.Reviewed } => order.IsDescending ? "newest first" : "oldest first",
        _ => order.IsDescending ? "most first" : "least first",
    };
}
