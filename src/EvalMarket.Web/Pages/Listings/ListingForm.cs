using System.Globalization;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Formats.Bundles;
using EvalMarket.Web.Pages.Workspaces;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Listings;

/// <summary>The fields of a listing as a form has them.</summary>
public sealed class ListingForm
{
    public string? Title { get; set; }

    public string? Slug { get; set; }

    public string? Summary { get; set; }

    public string? Description { get; set; }

    public string? Motivation { get; set; }

    public string? Provenance { get; set; }

    public string? Limits { get; set; }

    /// <summary>An SPDX identifier, <c>custom</c>, or empty.</summary>
    public string? License { get; set; }

    public string? CustomLicense { get; set; }

    /// <summary>With commas between.</summary>
    public string? Tags { get; set; }

    public List<string> Products { get; set; } = [];

    public string? Price { get; set; }

    public string? Currency { get; set; }

    public string? Quota { get; set; }

    public string? Reveal { get; set; }

    /// <summary>A number, or ids with commas or lines between.</summary>
    public string? PreviewTasks { get; set; }

    internal const string Custom = "custom";

    /// <summary>Where the reasons of the service belong.</summary>
    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["/title"] = "Form.Title", ["/slug"] = "Form.Slug", ["slug_taken"] = "Form.Slug", ["/summary"] = "Form.Summary", ["/description"] = "Form.Description", ["/license"] = "Form.CustomLicense",
        ["/tags"] = "Form.Tags", ["/products"] = "Form.Products", ["/price"] = "Form.Price", ["/currency"] = "Form.Currency", ["/quota"] = "Form.Quota", ["/preview_tasks"] = "Form.PreviewTasks",
        ["/data_card/motivation"] = "Form.Motivation", ["/data_card/provenance"] = "Form.Provenance", ["/data_card/limits"] = "Form.Limits",
    };

    internal static ListingForm Of(ListingPage page, string? slug) => new()
    {
        Title = page.Title,
        Slug = slug,
        Summary = page.Summary,
        Description = page.Description,
        Motivation = page.DataCard.Motivation,
        Provenance = page.DataCard.Provenance,
        Limits = page.DataCard.Limits,
        License = page.License is null ? "" : ListingRules.Licenses.Any(license => license.Id == page.License) ? page.License : Custom,
        CustomLicense = ListingRules.Licenses.Any(license => license.Id == page.License) ? null : page.License,
        Tags = string.Join(", ", page.Tags),
        Products = [.. page.Products.ToWire()],
        Price = page.Price.ToString("0.##", CultureInfo.InvariantCulture),
        Currency = page.Currency,
        Quota = page.Quota.ToString(CultureInfo.InvariantCulture),
        Reveal = page.Reveal.ToWire(),
        PreviewTasks = page.PreviewIds.Count > 0 ? string.Join(", ", page.PreviewIds) : page.PreviewTasks.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What the fields say; what cannot be read is noted at its field.</summary>
    internal ListingPage Read(PageModel page)
    {
        if (!decimal.TryParse(string.IsNullOrWhiteSpace(Price) ? "0" : Price, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price))
            page.ModelState.AddModelError("Form.Price", "A number like 480 or 19.50; 0 for free.");
        var (count, ids) = Preview();
        return new ListingPage
        {
            Title = Title ?? "",
            Summary = Summary ?? "",
            Description = Lines(Description),
            DataCard = new DataCard(Lines(Motivation), Lines(Provenance), Lines(Limits)),
            License = License switch { null or "" => null, Custom => string.IsNullOrWhiteSpace(CustomLicense) ? null : CustomLicense.Trim(), var id => id },
            Tags = [.. (Tags ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)],
            Products = Products.Aggregate(MarketProducts.None, (all, name) => ListingWords.TryParse(name, out MarketProducts one) ? all | one : all),
            Price = price,
            Currency = string.IsNullOrWhiteSpace(Currency) ? "USD" : Currency.Trim().ToUpperInvariant(),
            Quota = Whole(page, Quota, "Form.Quota", ListingRules.DefaultQuota),
            Reveal = Reveals.TryParse(Reveal, out var reveal) ? reveal : Formats.Bundles.Reveal.Overall,
            PreviewTasks = count,
            PreviewIds = ids,
        };
    }

    /// <summary>A number is how many; everything else are ids.</summary>
    private (int Count, IReadOnlyList<string> Ids) Preview()
    {
        if (string.IsNullOrWhiteSpace(PreviewTasks))
            return (ListingRules.DefaultPreview, []);
        if (int.TryParse(PreviewTasks.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return (count, []);
        List<string> ids = [.. PreviewTasks.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
        return (ids.Count, ids);
    }

    private static string Lines(string? text) => (text ?? "").ReplaceLineEndings("\n");

    internal static void Show(PageModel page, Core.Failure failure) => page.Show(
        failure is Core.Invalid invalid ? invalid with { Errors = [.. invalid.Errors.Select(error => error with { Path = PlaceOf(error.Path) })] } : failure, Fields);

    /// <summary>An element of a list is told at the field of the list.</summary>
    private static string? PlaceOf(string? path) =>
        path is not null && !Fields.ContainsKey(path) && path.LastIndexOf('/') is > 0 and var end && Fields.ContainsKey(path[..end]) ? path[..end] : path;

    private static int Whole(PageModel page, string? text, string field, int usual)
    {
        if (string.IsNullOrWhiteSpace(text))
            return usual;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        page.ModelState.AddModelError(field, "A whole number.");
        return usual;
    }
}
