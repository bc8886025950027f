using EvalMarket.Core.Datasets.Items;
using EvalMarket.Web.Pages.Shared.Lists;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>The order of a list of items in words, and the ways to another one.</summary>
internal sealed record ItemOrderView(DatasetAddress Address)
{
    private static readonly IReadOnlyList<(ItemSort Sort, string Label)> All =
    [
        (ItemSort.Position, "Dataset order"),
        (ItemSort.Created, "Created"),
        (ItemSort.Input, "Input"),
        (ItemSort.OutputLength, "AI response"),
    ];

    private ItemOrder Order => Address.ShownOrder;

    /// <summary>"Input, A to Z".</summary>
    public string Words => $"{LabelOf(Order.Sort)}, {Direction(Order)}";

    /// <summary>For a table's caption.</summary>
    public string Sentence => Order == ItemOrder.OfDataset ? "in their order" : $"by {Words.ToLowerInvariant()}";

    /// <summary>The way to the order by this; the other way round when it already is.</summary>
    public SortChoice Of(ItemSort sort)
    {
        var isOn = sort == Order.Sort;
        // Texts and places begin at their beginning; of times and lengths people want the newest and the longest.
        var next = new ItemOrder(sort, isOn ? !Order.IsDescending : sort is ItemSort.Created or ItemSort.OutputLength);
        return new SortChoice(
            LabelOf(sort), Address.WhyPosition is null || next.IsPosition ? Address.SortedBy(next) : null, Direction(next), !isOn ? null : Order.IsDescending ? "descending" : "ascending");
    }

    public SortMenu Menu(IReadOnlyList<ItemColumn> columns) => new(Words, [.. All.Select(known => Of(known.Sort))])
    {
        IsInTable = Order.Sort == ItemSort.Input || columns.Any(column => column.Sort == Order.Sort),
        Why = Address.WhyPosition is { } why ? $"{why} Other orders are for the list without it." : null,
    };

    private static string LabelOf(ItemSort sort) => All.First(known => known.Sort == sort).Label;

    private static string Direction(ItemOrder order) => order.Sort switch
    {
        ItemSort.Position => order.IsDescending ? "last first" : "first to last",
        ItemSort.Created => order.IsDescending ? "newest first" : "oldest first",
        ItemSort.Input => order.IsDescending ? "Z to A" : "A to Z",
        _ => order.IsDescending ? "longest first" : "shortest first",
    };
}
