namespace EvalMarket.Core.Market.Listings;

/// <summary>What the market filters by besides tags: how a listing is graded, and which files belong to it.</summary>
public static class ListingTraits
{
    public static IReadOnlyList<string> FileTypes { get; } = ["pdf", "jpg", "png", "webp", "gif", "csv", "txt"];

    /// <summary>The column: <c>,numeric,semantic,pdf,</c>.</summary>
    internal static string Of(MarketVersion? version) => version is null
        ? ""
        : $",{string.Join(',', version.Criteria.Keys.Concat(version.Files.Select(file => FileTypeOf(file.MimeType))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))},";

    /// <summary>The short word of a media type: <c>jpg</c>.</summary>
    public static string FileTypeOf(string mimeType) => mimeType.Split(';')[0] switch
    {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "text/csv" => "csv",
        _ => "txt",
    };
}
