using System.Text.Json;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Formats;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Web.Api.Market;

/// <summary>A listing in a request. Absent means as before, or as usual for a new one.</summary>
internal sealed class ListingBody
{
    private const string Known = "bundle_id, title, slug, summary, description, license, tags, products, price, currency, quota, reveal, preview_tasks, data_card, status, publish_version";

    private readonly List<ContentError> errors = [];

    private ListingBody(ListingPage page) => Page = page;

    public ListingPage Page { get; private set; }

    public IReadOnlyList<ContentError> Errors => errors;

    public BundleId? BundleId { get; private set; }

    public string? Slug { get; private set; }

    public ListingStatus? Status { get; private set; }

    public bool PublishVersion { get; private set; }

    /// <summary>Reads all that is there, and notes all that is wrong with it.</summary>
    /// <param name="before">What absent fields are.</param>
    public static ListingBody Read(JsonElement json, ListingPage before)
    {
        var body = new ListingBody(before);
        if (json.ValueKind != JsonValueKind.Object)
        {
            body.Refuse("", "Must be an object.");
            return body;
        }

        foreach (var property in json.EnumerateObject())
            body.Read(property.Name, property.Value);
        return body;
    }

    private void Read(string name, JsonElement value)
    {
        var at = $"/{name}";
        switch (name)
        {
            case "bundle_id":
                BundleId = TypeId.TryParse<BundleId>(Text(value, at), out var id) ? id : Refuse<BundleId?>(at, "Must be the id of a bundle: bun_….");
                break;
            case "title":
                Page = Page with { Title = Text(value, at) ?? "" };
                break;
            case "slug":
                Slug = Text(value, at);
                break;
            case "summary":
                Page = Page with { Summary = Text(value, at) ?? "" };
                break;
            case "description":
                Page = Page with { Description = Text(value, at) ?? "" };
                break;
            case "license":
                Page = Page with { License = Text(value, at) };
                break;
            case "tags":
                Page = Page with { Tags = Texts(value, at) };
                break;
            case "products":
                Page = Page with { Products = Products(value, at) };
                break;
            case "price":
                Page = Page with { Price = value.ValueKind == JsonValueKind.Null ? 0 : value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var price) ? price : Refuse<decimal>(at, "Must be a number; 0 or null for free.") };
                break;
            case "currency":
                Page = Page with { Currency = Text(value, at) ?? "USD" };
                break;
            case "quota":
                Page = Page with { Quota = Whole(value, at, ListingRules.DefaultQuota) };
                break;
            case "preview_tasks":
                Page = Preview(value, at);
                break;
            case "data_card":
                Page = Page with { DataCard = Card(value, at) };
                break;
            case "reveal":
                Page = Page with { Reveal = Reveals.TryParse(Text(value, at), out var reveal) ? reveal : Refuse<Reveal>(at, $"Must be one of {string.Join(", ", Reveals.WireNames)}.") };
                break;
            case "status":
                Status = ListingWords.TryParse(Text(value, at), out ListingStatus status) ? status : Refuse<ListingStatus?>(at, $"Must be one of {string.Join(", ", ListingWords.Statuses)}.");
                break;
            case "publish_version":
                PublishVersion = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : Refuse<bool>(at, "Must be true or false.");
                break;
            default:
                Refuse(at, $"There is no such property. Known: {Known}.");
                break;
        }
    }

    private void Refuse(string path, string message) => errors.Add(new ContentError(message, path));

    private T? Refuse<T>(string path, string message)
    {
        Refuse(path, message);
        return default;
    }

    private string? Text(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => Refuse<string>(path, "Must be a text."),
    };

    private int Whole(JsonElement value, string path, int usual) => value.ValueKind switch
    {
        JsonValueKind.Null => usual,
        JsonValueKind.Number when value.TryGetInt32(out var number) => number,
        _ => Refuse<int?>(path, "Must be a whole number.") ?? usual,
    };

    /// <summary>How many tasks from the first, or which.</summary>
    private ListingPage Preview(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return Page with { PreviewTasks = Whole(value, path, ListingRules.DefaultPreview), PreviewIds = [] };
        var ids = Texts(value, path);
        return Page with { PreviewTasks = ids.Count, PreviewIds = ids };
    }

    /// <summary>Parts that are not named stay as they are; null empties.</summary>
    private DataCard Card(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return DataCard.Empty;
        if (value.ValueKind != JsonValueKind.Object)
            return Refuse<DataCard>(path, "Must be an object: {motivation, provenance, limits}.") ?? DataCard.Empty;
        var card = Page.DataCard;
        foreach (var property in value.EnumerateObject())
        {
            var at = $"{path}/{property.Name}";
            switch (property.Name)
            {
                case "motivation":
                    card = card with { Motivation = Text(property.Value, at) ?? "" };
                    break;
                case "provenance":
                    card = card with { Provenance = Text(property.Value, at) ?? "" };
                    break;
                case "limits":
                    card = card with { Limits = Text(property.Value, at) ?? "" };
                    break;
                default:
                    Refuse(at, "There is no such property. Known: motivation, provenance, limits.");
                    break;
            }
        }

        return card;
    }

    private List<string> Texts(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return [];
        if (value.ValueKind != JsonValueKind.Array)
        {
            Refuse(path, "Must be a list of texts.");
            return [];
        }

        return [.. value.EnumerateArray().Select((element, index) => Text(element, $"{path}/{index}") ?? "")];
    }

    private MarketProducts Products(JsonElement value, string path)
    {
        var products = MarketProducts.None;
        foreach (var (index, text) in Texts(value, path).Index())
            products |= ListingWords.TryParse(text, out MarketProducts product) ? product : Refuse<MarketProducts>($"{path}/{index}", $"Must be one of {string.Join(", ", ListingWords.Products)}.");
        return products;
    }
}
