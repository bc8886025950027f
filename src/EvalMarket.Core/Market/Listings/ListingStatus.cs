using System.Diagnostics.CodeAnalysis;

namespace EvalMarket.Core.Market.Listings;

/// <summary>Where a listing stands. The numbers are stored and never change.</summary>
public enum ListingStatus
{
    /// <summary>Only the seller sees it.</summary>
    Draft = 1,

    /// <summary>In the market, for everybody.</summary>
    Published = 2,

    /// <summary>For everybody who has the address.</summary>
    Unlisted = 3,

    /// <summary>Only the seller and those who hold it see it; nobody new gets it.</summary>
    Archived = 4,
}

/// <summary>What is sold. The numbers are stored and never change.</summary>
[Flags]
public enum MarketProducts
{
    None = 0,

    /// <summary>Tasks and reference files, and submissions.</summary>
    Evaluation = 1,

    /// <summary>The answer key as well.</summary>
    CoreDataset = 2,
}

/// <summary>Wire names.</summary>
public static class ListingWords
{
    public static IReadOnlyList<string> Statuses { get; } = ["draft", "published", "unlisted", "archived"];

    public static IReadOnlyList<string> Products { get; } = ["evaluation", "core_dataset"];

    public static string ToWire(this ListingStatus status) => Statuses[(int)status - 1];

    public static bool TryParse([NotNullWhen(true)] string? text, out ListingStatus status)
    {
        status = text switch
        {
            "draft" => ListingStatus.Draft,
            "published" => ListingStatus.Published,
            "unlisted" => ListingStatus.Unlisted,
            "archived" => ListingStatus.Archived,
            _ => default,
        };
        return status != default;
    }

    public static IReadOnlyList<string> ToWire(this MarketProducts products) =>
        [.. new[] { MarketProducts.Evaluation, MarketProducts.CoreDataset }.Where(one => products.HasFlag(one)).Select(one => Products[one == MarketProducts.Evaluation ? 0 : 1])];

    public static bool TryParse([NotNullWhen(true)] string? text, out MarketProducts product)
    {
        product = text switch
        {
            "evaluation" => MarketProducts.Evaluation,
            "core_dataset" => MarketProducts.CoreDataset,
            _ => MarketProducts.None,
        };
        return product != MarketProducts.None;
    }
}
