using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Datasets;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Shared.Lists;
using EvalMarket.Web.Pages.Views;

namespace EvalMarket.Web.Pages.Datasets.Lists;

/// <summary>The list of datasets as an address says it: search, order, page, and the view that it came from.</summary>
internal sealed record DatasetListAddress
{
    private const string QueryName = "q";
    private const string CursorName = "cursor";
    private const string BeforeName = "newer";

    private static readonly IReadOnlyList<QueryParameter> Known =
    [
        new(QueryName, "Part of the name."),
        DatasetCursor.Sort,
        new(CursorName, "Where the page begins."),
        new(BeforeName, "Where the page ends."),
        new(SavedViewTabs.Parameter, "The saved view that it came from."),
    ];

    private static readonly IReadOnlyList<(DatasetSort Sort, string Label)> Sorts =
        [(DatasetSort.Created, "Created"), (DatasetSort.Updated, "Changed"), (DatasetSort.Name, "Name"), (DatasetSort.Items, "Items")];

    /// <summary>Slug of the workspace.</summary>
    public required string Workspace { get; init; }

    public string? Query { get; init; }

    public DatasetOrder Order { get; init; } = DatasetOrder.Newest;

    /// <summary>Id of the saved view that the list was opened from; it may be anything.</summary>
    public string? View { get; init; }

    public OrderedPlace<DatasetId>? After { get; init; }

    public OrderedPlace<DatasetId>? Before { get; init; }

    /// <summary>What is wrong with the address, in words; null when nothing is.</summary>
    public string? Error { get; init; }

    public string Path => Addresses.Datasets(Workspace);

    /// <summary>"Name, A to Z".</summary>
    public string OrderWords => $"{Sorts.First(known => known.Sort == Order.Sort).Label}, {Direction(Order)}";

    public static DatasetListAddress Read(HttpContext http, string workspace)
    {
        var query = new QueryReader(http, Known);
        var order = DatasetCursor.ReadOrder(query);
        var address = new DatasetListAddress
        {
            Workspace = workspace,
            Query = query.Text(QueryName)?.Trim() is { Length: > 0 } words ? words : null,
            Order = order,
            View = query.Text(SavedViewTabs.Parameter),
            After = DatasetCursor.Read(query, order, CursorName),
            Before = DatasetCursor.Read(query, order, BeforeName),
        };
        query.Failed(out var problem);
        return address with { Error = problem?.Detail };
    }

    /// <summary>The first page.</summary>
    public string List() => Addresses.With(Path, [.. Pairs(), .. State()]);

    /// <summary>Without the search.</summary>
    public string Unfiltered() => Addresses.With(Path, (this with { View = null }).State());

    public string From(OrderedPlace<DatasetId> place) => Addresses.With(Path, [.. Pairs(), .. State(), new(CursorName, DatasetCursor.Write(place, Order))]);

    public string Until(OrderedPlace<DatasetId> place) => Addresses.With(Path, [.. Pairs(), .. State(), new(BeforeName, DatasetCursor.Write(place, Order))]);

    /// <summary>All of the address but the search, as it goes through the form.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> State() =>
    [
        .. Order == DatasetOrder.Newest ? [] : Pair(DatasetCursor.Sort.Name, Order.ToWire()),
        .. View is null ? [] : Pair(SavedViewTabs.Parameter, View),
    ];

    /// <summary>The list as something that can be kept under a name.</summary>
    public ViewableList Viewable() => new(
        Workspace, Path, View, Addresses.With("", [.. Pairs(), .. (this with { View = null }).State()]).TrimStart('?'),
        [new ViewTab("All", (this with { Query = null, View = null, Order = View is null ? Order : DatasetOrder.Newest }).List(), null, Query is null, IsShared: true)],
        handler => Addresses.With(Path, [.. Pairs(), .. State(), new("handler", handler)]));

    /// <summary>The way to the order by this; the other way round when it already is.</summary>
    public SortChoice Of(DatasetSort sort)
    {
        var isOn = sort == Order.Sort;
        var next = new DatasetOrder(sort, isOn ? !Order.IsDescending : sort != DatasetSort.Name);
        return new SortChoice(Sorts.First(known => known.Sort == sort).Label, (this with { Order = next }).List(), Direction(next), !isOn ? null : Order.IsDescending ? "descending" : "ascending");
    }

    public SortMenu Menu() => new(OrderWords, [.. Sorts.Select(known => Of(known.Sort))]) { IsInTable = Order.Sort != DatasetSort.Created };

    private IReadOnlyList<KeyValuePair<string, string>> Pairs() => Query is null ? [] : Pair(QueryName, Query);

    private static KeyValuePair<string, string>[] Pair(string name, string value) => [new(name, value)];

    private static string Direction(DatasetOrder order) => order.Sort switch
    {
        DatasetSort.Name => order.IsDescending ? "Z to A" : "A to Z",
        DatasetSort.Items => order.IsDescending ? "most first" : "least first",
        _ => order.IsDescending ? "newest first" : "oldest first",
    };
}
