using System.Text.RegularExpressions;
using EvalMarket.Formats;

namespace EvalMarket.Core.Market.Listings;

/// <summary>What a listing may say. All that is wrong is told at once, with its place.</summary>
public static partial class ListingRules
{
    public const int SlugLength = 60;
    public const int TitleLength = 200;
    public const int SummaryLength = 500;
    public const int LicenseLength = 2_000;
    public const int DescriptionLength = 100_000;
    public const int DataCardLength = 20_000;
    public const int TagCount = 20;
    public const int TagLength = 50;
    public const int DefaultQuota = 10;
    public const int MostQuota = 100_000;
    public const int DefaultPreview = 3;
    public const int MostPreview = 20;
    public const decimal MostPrice = 100_000_000;

    public const string SlugRule = "3 to 60 characters: a–z, 0–9 and single hyphens between them.";

    /// <summary>Licences that people choose from; any other SPDX identifier, and a text of one's own, is taken as well (spdx.org/licenses).</summary>
    public static IReadOnlyList<(string Id, string Name)> Licenses { get; } =
    [
        ("CC0-1.0", "Public domain (CC0 1.0)"),
        ("CC-BY-4.0", "CC BY 4.0"),
        ("CC-BY-SA-4.0", "CC BY-SA 4.0"),
        ("CC-BY-NC-4.0", "CC BY-NC 4.0"),
        ("CC-BY-ND-4.0", "CC BY-ND 4.0"),
        ("CC-BY-NC-SA-4.0", "CC BY-NC-SA 4.0"),
        ("CC-BY-NC-ND-4.0", "CC BY-NC-ND 4.0"),
        ("ODC-By-1.0", "ODC Attribution 1.0"),
        ("ODbL-1.0", "Open Database License 1.0"),
        ("PDDL-1.0", "Public Domain Dedication 1.0"),
        ("CDLA-Permissive-2.0", "CDLA Permissive 2.0"),
        ("MIT", "MIT"),
        ("Apache-2.0", "Apache 2.0"),
        ("BSD-3-Clause", "BSD 3-Clause"),
        ("GPL-3.0-only", "GPL 3.0"),
    ];

    /// <summary>"new" is the address of the page that makes one.</summary>
    public static bool IsSlug(string? text) => text is not "new" && text is { Length: >= 3 and <= SlugLength } && SlugPattern().IsMatch(text);

    /// <summary>A slug made of a title: "SQL migrations, part 2" is <c>sql-migrations-part-2</c>.</summary>
    public static string SlugOf(string title)
    {
        var slug = NoSlug().Replace(title.ToLowerInvariant(), "-").Trim('-');
        return slug.Length > SlugLength ? slug[..SlugLength].Trim('-') : slug;
    }

    /// <summary>The name of a licence: of an identifier in <see cref="Licenses"/> its name, of others what they are.</summary>
    public static string NameOf(string license) => Licenses.FirstOrDefault(one => one.Id == license).Name ?? license;

    public static IReadOnlyList<ContentError> Check(ListingPage page)
    {
        List<ContentError> errors = [];
        void Refuse(string path, string message) => errors.Add(new ContentError(message, path));
        if (page.Title.Trim().Length is 0 or > TitleLength)
            Refuse("/title", $"A listing needs a title of 1 to {TitleLength} characters.");
        if (page.Summary.Length > SummaryLength)
            Refuse("/summary", $"At most {SummaryLength} characters.");
        if (page.Description.Length > DescriptionLength)
            Refuse("/description", $"At most {DescriptionLength:N0} characters.");
        foreach (var (name, text) in new[] { ("motivation", page.DataCard.Motivation), ("provenance", page.DataCard.Provenance), ("limits", page.DataCard.Limits) })
        {
            if (text.Length > DataCardLength)
                Refuse($"/data_card/{name}", $"At most {DataCardLength:N0} characters.");
        }

        if (page.License is { Length: 0 or > LicenseLength })
            Refuse("/license", $"An SPDX identifier or a text of up to {LicenseLength:N0} characters; null for none.");
        if (page.Tags.Count > TagCount)
            Refuse("/tags", $"At most {TagCount} tags.");
        foreach (var (index, tag) in page.Tags.Index())
        {
            if (tag.Length is 0 or > TagLength || tag != tag.Trim() || tag.Any(char.IsControl) || tag.Contains(',', StringComparison.Ordinal))
                Refuse($"/tags/{index}", $"A tag has 1 to {TagLength} characters, no commas and no space at its ends.");
        }

        if (page.Products == MarketProducts.None)
            Refuse("/products", "Name at least one: evaluation, core_dataset.");
        if (page.Price < 0 || page.Price > MostPrice || decimal.Round(page.Price, 2) != page.Price)
            Refuse("/price", $"0 for free, or a price of up to {MostPrice:N0} with at most two decimals.");
        if (page.Currency.Length != 3 || !page.Currency.All(char.IsAsciiLetterUpper))
            Refuse("/currency", "Three capital letters (ISO 4217): USD, EUR.");
        if (page.Quota is < 1 or > MostQuota)
            Refuse("/quota", $"1 to {MostQuota:N0} submissions of a workspace within 30 days.");
        if (page.PreviewTasks is < 0 or > MostPreview)
            Refuse("/preview_tasks", $"0 to {MostPreview} tasks.");
        foreach (var (index, id) in page.PreviewIds.Index())
        {
            if (id.Length == 0 || page.PreviewIds.Take(index).Contains(id, StringComparer.Ordinal))
                Refuse($"/preview_tasks/{index}", "The id of a task, each once.");
        }

        return errors;
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*\\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SlugPattern();

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex NoSlug();
}
