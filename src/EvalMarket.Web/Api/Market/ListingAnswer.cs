using System.Text.Json;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Formats.Bundles;

namespace EvalMarket.Web.Api.Market;

/// <summary>A listing in the API's terms.</summary>
internal static class ListingAnswer
{
    /// <summary>As an item of a list.</summary>
    /// <param name="forSeller">Adds what only the seller knows: of which bundle it is made.</param>
    public static void Write(Utf8JsonWriter writer, ListingRow row, bool forSeller)
    {
        writer.WriteStartObject();
        WriteFields(writer, row, forSeller);
        writer.WriteEndObject();
    }

    /// <summary>With the version in the market and the tasks that everybody may read.</summary>
    public static void Write(Utf8JsonWriter writer, ListingRow row, MarketVersion? version, IReadOnlyList<JsonElement> preview, bool forSeller)
    {
        writer.WriteStartObject();
        WriteFields(writer, row, forSeller);
        writer.WriteString("description", row.Description);
        writer.WriteStartObject("data_card");
        writer.WriteString("motivation", row.DataCard.Motivation);
        writer.WriteString("provenance", row.DataCard.Provenance);
        writer.WriteString("limits", row.DataCard.Limits);
        writer.WriteEndObject();
        if (version is not null)
            WriteVersion(writer, version);
        writer.WriteStartArray("preview");
        foreach (var task in preview)
            task.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter writer, ListingRow row, bool forSeller)
    {
        writer.WriteString("id", row.Id.Value);
        writer.WriteString("slug", row.Slug);
        writer.WriteString("title", row.Title);
        writer.WriteString("summary", row.Summary);
        writer.WriteString("seller", row.SellerName);
        writer.WriteString("status", row.Status.ToWire());
        writer.WriteString("license", row.License);
        writer.WriteStrings("tags", row.Tags.OrderBy(tag => tag.Ordinal).Select(tag => tag.Tag));
        writer.WriteStrings("products", row.Products.ToWire());
        writer.WriteNumber("price", (decimal?)row.Price);
        writer.WriteString("currency", row.Currency);
        writer.WriteNumber("quota", row.Quota);
        writer.WriteString("reveal", row.Reveal.ToWire());
        if (row.PreviewIds.Count > 0)
            writer.WriteStrings("preview_tasks", row.PreviewIds);
        else
            writer.WriteNumber("preview_tasks", row.PreviewTasks);
        writer.WriteNumber("version", row.Version);
        writer.WriteNumber("task_count", row.TaskCount);
        writer.WriteNumber("runs", row.Runs);
        writer.WriteNumber("best_score", row.BestScore);
        writer.WriteString("created_at", Wire.Time(row.CreatedAt));
        writer.WriteString("published_at", Wire.Time(row.PublishedAt));
        writer.WriteString("updated_at", Wire.Time(row.UpdatedAt));
        if (forSeller)
            writer.WriteString("bundle_id", row.BundleId.Value);
    }

    private static void WriteVersion(Utf8JsonWriter writer, MarketVersion version)
    {
        writer.WriteNumber("scored_count", version.ScoredCount);
        writer.WriteStartObject("criteria");
        foreach (var (type, count) in version.Criteria)
            writer.WriteNumber(type, count);
        writer.WriteEndObject();
        writer.WriteStartArray("files");
        foreach (var file in version.Files)
        {
            writer.WriteStartObject();
            writer.WriteString("name", file.Name);
            writer.WriteString("mime_type", file.MimeType);
            writer.WriteNumber("bytes", file.Bytes);
            writer.WriteString("sha256", file.Sha256);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("commitment", version.Commitment);
        writer.WriteString("nonce", version.Nonce);
    }
}
