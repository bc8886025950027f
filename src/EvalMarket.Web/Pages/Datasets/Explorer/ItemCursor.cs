using System.Globalization;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>Places of items in addresses.</summary>
internal static class ItemCursor
{
    public static string Write(ItemPlace place) =>
        Cursor.Encode(place.Section.Value, place.Rank.ToString(CultureInfo.InvariantCulture), place.Line.ToString(CultureInfo.InvariantCulture));

    public static ItemPlace? Read(QueryReader query, string name) =>
        query.Cursor(3, name) is [var section, var rank, var line] && TypeId.TryParse<SectionId>(section, out var id)
        && long.TryParse(rank, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && int.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            ? new ItemPlace(id, number, at)
            : null;
}
