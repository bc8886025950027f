using System.Linq.Expressions;
using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Items;

/// <summary>What a list of items can be in the order of.</summary>
public enum ItemSort
{
    /// <summary>Section by section, as the dataset has them.</summary>
    Position,

    /// <summary>When they were made: ids are in that order.</summary>
    Created,

    /// <summary>The beginning of the input, in lower case.</summary>
    Input,

    /// <summary>Characters of the output.</summary>
    OutputLength,
}

/// <summary>The order of a list of items. Equals go by id, so every order is total.</summary>
public readonly record struct ItemOrder(ItemSort Sort, bool IsDescending)
{
    private static readonly IReadOnlyDictionary<ItemSort, OrderedColumn<DatasetItemRow, ItemId>> Columns = new Dictionary<ItemSort, OrderedColumn<DatasetItemRow, ItemId>>
    {
        [ItemSort.Created] = Column<ItemId>(row => row.Id, id => id.Value, OrderedKeys.TryId),
        [ItemSort.Input] = Column(row => row.InputSort, input => input, OrderedKeys.TextUpTo(DatasetItemRow.InputSortLength)),
        [ItemSort.OutputLength] = Column<int>(row => row.OutputLength, OrderedKeys.Count, OrderedKeys.TryCount),
    };

    /// <summary>The order of the dataset itself.</summary>
    public static ItemOrder OfDataset { get; } = new(ItemSort.Position, IsDescending: false);

    /// <summary>All orders by their wire names: <c>input</c> goes up, <c>-input</c> down.</summary>
    public static IReadOnlyList<string> WireNames { get; } = WireOrder.Names<ItemSort>();

    /// <summary>The order of the dataset, or its reverse: which a search and an old version can have as well.</summary>
    public bool IsPosition => Sort == ItemSort.Position;

    internal OrderedColumn<DatasetItemRow, ItemId> InColumn => Columns[Sort];

    /// <summary>Null for what is no order.</summary>
    public static ItemOrder? Parse(string? text) => WireOrder.Parse<ItemSort>(text) is { } order ? new ItemOrder(order.Sort, order.IsDescending) : null;

    /// <summary>Null when the text is no value of what the list is ordered by.</summary>
    public ItemPlace? PlaceOf(string key, ItemId id) => !IsPosition && InColumn.IsKey(key) ? new ItemPlace(default, 0, 0) { InOrder = new OrderedPlace<ItemId>(key, id) } : null;

    public string ToWire() => WireOrder.Of(Sort, IsDescending);

    private static OrderedColumn<DatasetItemRow, ItemId, T> Column<T>(Expression<Func<DatasetItemRow, T>> column, Func<T, string?> write, OrderedKeys.Reader<T> read) =>
        new(column, row => row.Id, write, read);
}

/// <summary>
/// A place in a list: in the order of a dataset section by section, chunk by chunk, line by line; in another order by its value. A page begins
/// after it, or ends before it.
/// </summary>
public readonly record struct ItemPlace(SectionId Section, long Rank, int Line)
{
    /// <summary>Null in the order of the dataset.</summary>
    public OrderedPlace<ItemId>? InOrder { get; init; }

    /// <summary>The place from which on the item of this place is the first of a list.</summary>
    public ItemPlace JustBefore(bool isDescending)
    {
        var step = isDescending ? 1 : -1;
        // Equals go by id, so the place of the same value and the id beside it has nothing between.
        return InOrder is { } place
            ? this with { InOrder = place with { Id = TypeId.FromBits<ItemId>(isDescending ? TypeId.BitsOf(place.Id) + 1 : TypeId.BitsOf(place.Id) - 1) } }
            : this with { Line = Line + step };
    }
}
