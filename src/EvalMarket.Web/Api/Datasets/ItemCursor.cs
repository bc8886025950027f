using System.Globalization;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>Where a page of items ends, as a cursor: for the API and for pages.</summary>
internal static class ItemCursor
{
    private const string Forward = ">";

    private const string Back = "<";

    /// <summary>The cursor of a place.</summary>
    /// <param name="isBack">The page ends before the place, instead of beginning after it.</param>
    public static string Write(ItemPlace place, ItemOrder order, bool isBack = false)
    {
        var direction = isBack ? Back : Forward;
        return place.InOrder is { } key
            ? Cursor.Encode(direction, order.ToWire(), key.Key ?? "", key.Id.Value)
            : Cursor.Encode(direction, place.Section.Value, place.Rank.ToString(CultureInfo.InvariantCulture), place.Line.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Null at the first page, and for what is no cursor of items in this order, which the reader then refuses.</summary>
    public static (ItemPlace Place, bool IsBack)? Read(QueryReader query, ItemOrder order, string name = "cursor")
    {
        if (query.Cursor(4, name) is not { } parts)
        {
            return null;
        }

        if (parts[0] is Forward or Back && Place(parts, order) is { } place)
        {
            return (place, parts[0] == Back);
        }

        query.Refuse(name, "This is no cursor of this list in this order.");
        return null;
    }

    private static ItemPlace? Place(IReadOnlyList<string> parts, ItemOrder order)
    {
        if (!order.IsPosition)
        {
            return ItemOrder.Parse(parts[1]) == order && TypeId.TryParse<ItemId>(parts[3], out var id) ? order.PlaceOf(parts[2], id) : null;
        }

        // A page that begins with the first line of a chunk begins after the line before it.
        return TypeId.TryParse<SectionId>(parts[1], out var section)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var rank)
            && int.TryParse(parts[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var line)
                ? new ItemPlace(section, rank, line)
                : null;
    }
}
