using System.Globalization;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Formats.Bundles;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Market;

/// <summary>How the market says prices, states and scores.</summary>
internal static class MarketWords
{
    public static string Price(decimal price, string currency) => price == 0 ? "Free" : string.Create(CultureInfo.InvariantCulture, $"{price:#,##0.##} {currency}");

    public static string Price(ListingRow listing) => Price(listing.Price, listing.Currency);

    /// <summary>66.67, 80; a dash without one.</summary>
    public static string Score(decimal? score) => score?.ToString("0.##", CultureInfo.InvariantCulture) ?? Display.None;

    /// <summary>Of a share: 64 %.</summary>
    public static string Percent(decimal? rate) => rate is { } known ? $"{(known * 100).ToString("0.##", CultureInfo.InvariantCulture)} %" : Display.None;

    public static string Reveals(Reveal reveal) => reveal switch
    {
        Reveal.Overall => "You see the overall score only.",
        Reveal.Task => "You see the score of each task, not of each criterion.",
        _ => "You see the score of each task and criterion.",
    };

    public static string Status(ListingStatus status) => status switch
    {
        ListingStatus.Draft => "Draft",
        ListingStatus.Published => "Published",
        ListingStatus.Unlisted => "Unlisted",
        _ => "Archived",
    };

    public static string Product(MarketProducts product) => product == MarketProducts.CoreDataset ? "Core dataset" : "Evaluation";

    public static string Status(GrantStatus status) => status.ToString();

    public static string Status(SubmissionStatus status) => status switch
    {
        SubmissionStatus.Queued => "Waiting to be graded",
        SubmissionStatus.Running => "Being graded",
        SubmissionStatus.Pending => "Waits for verdicts",
        SubmissionStatus.Completed => "Graded",
        _ => "Grading failed",
    };

    /// <summary>"3 PDF, 1 CSV, 2.2 MB".</summary>
    public static string Files(MarketVersion version) => version.Files.Count == 0 ? "none" : string.Join(", ", [
        .. version.Files.GroupBy(file => ListingTraits.FileTypeOf(file.MimeType)).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} {group.Key.ToUpperInvariant()}"),
        Display.Bytes(version.Files.Sum(file => file.Bytes))]);

    /// <summary>"numeric 12, semantic 3".</summary>
    public static string Criteria(MarketVersion version) =>
        string.Join(", ", version.Criteria.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {Display.Number(pair.Value)}"));
}
