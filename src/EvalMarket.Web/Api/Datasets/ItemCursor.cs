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
    public static string Write(ItemPlace place, bool isBack = false) => Cursor.Encode(
        isBack ? Back : Forward, place.Section.Value, place.Rank.ToString(CultureInfo.InvariantCulture), place.Line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Null at the first page, and for what is no cursor of items, which the reader then refuses.</summary>
    public static (ItemPlace Place, bool IsBack)? Read(QueryReader query, string name = "cursor")
    {
        if (query.Cursor(4, name) is not { } parts)
        {
            return null;
        }

        if (parts[0] is Forward or Back && TypeId.TryParse<SectionId>(parts[1], out var section)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var rank)
            && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var line))
        {
            return (new ItemPlace(section, rank, line), parts[0] == Back);
        }

        query.Refuse(name, "This is no cursor of this list.");
        return null;
    }
}
