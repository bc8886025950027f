using System.Linq.Expressions;
using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets;

/// <summary>What a list of datasets can be in the order of.</summary>
public enum DatasetSort
{
    Created,
    Updated,
    Name,
    Items,
}

/// <summary>The order of a list of datasets. Equals go by id, so every order is total.</summary>
public readonly record struct DatasetOrder(DatasetSort Sort, bool IsDescending)
{
    private static readonly IReadOnlyDictionary<DatasetSort, OrderedColumn<DatasetRow, DatasetId>> Columns = new Dictionary<DatasetSort, OrderedColumn<DatasetRow, DatasetId>>
    {
        [DatasetSort.Created] = Column<DatasetId>(row => row.Id, id => id.Value, OrderedKeys.TryId),
        [DatasetSort.Updated] = Column<DateTimeOffset>(row => row.UpdatedAt, OrderedKeys.Time, OrderedKeys.TryTime),
        [DatasetSort.Name] = Column(row => row.NameSort, name => name, OrderedKeys.TextUpTo(DatasetRow.NameSortLength)),
        [DatasetSort.Items] = Column<long>(row => row.ItemCount, OrderedKeys.Count, OrderedKeys.TryCount),
    };

    /// <summary>The order of lists that nobody has sorted.</summary>
    public static DatasetOrder Newest { get; } = new(DatasetSort.Created, IsDescending: true);

    /// <summary>All orders by their wire names: <c>name</c> goes up, <c>-name</c> down.</summary>
    public static IReadOnlyList<string> WireNames { get; } = WireOrder.Names<DatasetSort>();

    internal OrderedColumn<DatasetRow, DatasetId> InColumn => Columns[Sort];

    /// <summary>Null for what is no order.</summary>
    public static DatasetOrder? Parse(string? text) => WireOrder.Parse<DatasetSort>(text) is { } order ? new DatasetOrder(order.Sort, order.IsDescending) : null;

    /// <summary>Null when the text is no value of what the list is ordered by.</summary>
    public OrderedPlace<DatasetId>? PlaceOf(string key, DatasetId id) => InColumn.IsKey(key) ? new OrderedPlace<DatasetId>(key, id) : null;

    public string ToWire() => WireOrder.Of(Sort, IsDescending);

    private static OrderedColumn<DatasetRow, DatasetId, T> Column<T>(Expression<Func<DatasetRow, T>> column, Func<T, string?> write, OrderedKeys.Reader<T> read) =>
        new(column, row => row.Id, write, read);
}
