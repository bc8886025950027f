using System.Text.Json;

namespace EvalMarket.Core.Market.Listings;

/// <summary>Parts of a listing's page that are one column of its row. An empty column is nothing said.</summary>
internal static class ListingColumns
{
    public static string Write(DataCard card) => card.IsEmpty ? "" : JsonSerializer.Serialize(card, ListingJson.Default.DataCard);

    public static DataCard ReadCard(string text) => text.Length == 0 ? DataCard.Empty : JsonSerializer.Deserialize(text, ListingJson.Default.DataCard)!;

    /// <summary>Ids of tasks have no control characters.</summary>
    public static string Write(IReadOnlyList<string> ids) => string.Join('\n', ids);

    public static IReadOnlyList<string> ReadIds(string text) => text.Length == 0 ? [] : text.Split('\n');
}
