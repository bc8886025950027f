using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>The order of a list of datasets, and where a page of it ends, as parameters: for the API and for pages.</summary>
internal static class DatasetCursor
{
    public static QueryParameter Sort { get; } = new("sort", "Order: with a minus downwards; equals go by id. `-created` when absent.", Values: DatasetOrder.WireNames);

    public static DatasetOrder ReadOrder(QueryReader query) => DatasetOrder.Parse(query.OneOf(Sort.Name, DatasetOrder.WireNames)) ?? DatasetOrder.Newest;

    public static string Write(OrderedPlace<DatasetId> place, DatasetOrder order) => Cursor.Encode(order.ToWire(), place.Key ?? "", place.Id.Value);

    /// <summary>Null at the first page, and for what is no cursor of a list in this order, which the reader then refuses.</summary>
    public static OrderedPlace<DatasetId>? Read(QueryReader query, DatasetOrder order, string name = "cursor")
    {
        if (query.Cursor(3, name) is not { } parts)
        {
            return null;
        }

        if (DatasetOrder.Parse(parts[0]) == order && TypeId.TryParse<DatasetId>(parts[2], out var id) && order.PlaceOf(parts[1], id) is { } place)
        {
            return place;
        }

        query.Refuse(name, "This is no cursor of this list in this order.");
        return null;
    }
}
