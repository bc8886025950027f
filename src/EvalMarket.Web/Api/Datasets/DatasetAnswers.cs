using System.Text.Json;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Links;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>Datasets, items, versions and links in the API's terms.</summary>
internal static class DatasetAnswers
{
    public static void Write(Utf8JsonWriter writer, DatasetView dataset)
    {
        var row = dataset.Row;
        WriteHead(writer, row, row.Name, row.Description, row.Schema, row.Version, row.ItemCount);
        WriteSections(writer, dataset.Sections.Select(section => (section.Id.Value, section.Name, section.ItemCount)));
        Time(writer, "created_at", row.CreatedAt);
        writer.WriteString("created_by", row.CreatedBy);
        Time(writer, "updated_at", row.UpdatedAt);
        writer.WriteString("updated_by", row.UpdatedBy);
        writer.WriteEndObject();
    }

    /// <summary>A dataset as one of its versions has it.</summary>
    public static void Write(Utf8JsonWriter writer, DatasetRow row, DatasetContents contents)
    {
        var document = contents.Document;
        WriteHead(writer, row, document.Name, document.Description, document.Schema?.GetRawText(), document.Version, contents.ItemCount);
        WriteSections(writer, contents.Sections.Select(section => (section.Id.Value, section.Name, section.ItemCount)));
        Time(writer, "created_at", document.CreatedAt);
        writer.WriteString("created_by", document.CreatedBy);
        Time(writer, "updated_at", document.At);
        writer.WriteString("updated_by", document.Author);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, SectionView section)
    {
        writer.WriteStartObject();
        writer.WriteString("id", section.Id.Value);
        writer.WriteString("name", section.Name);
        writer.WriteNumber("item_count", section.ItemCount);
        writer.WriteEndObject();
    }

    /// <summary>The item's own JSON, and the section that it is in.</summary>
    public static void Write(Utf8JsonWriter writer, ItemView item) => writer.WriteRawValue(LineOf(item), skipInputValidation: true);

    /// <summary>The same as a line of NDJSON, without line end.</summary>
    public static byte[] LineOf(ItemView item) => [.. item.Line.Span[..^1], .. ",\"section_id\":\""u8, .. System.Text.Encoding.ASCII.GetBytes(item.Section.Value), .. "\"}"u8];

    public static void Write(Utf8JsonWriter writer, DatasetVersionRow version)
    {
        writer.WriteStartObject();
        WriteMembers(writer, version);
        writer.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter writer, DatasetVersionRow version)
    {
        writer.WriteNumber("version", version.Version);
        writer.WriteString("hash", version.Hash);
        Time(writer, "created_at", version.At);
        writer.WriteString("author", version.Author);
        writer.WriteString("summary", version.Summary);
        writer.WriteNumber("item_count", version.Items);
        writer.WriteNumber("added", version.Added);
        writer.WriteNumber("changed", version.Changed);
        writer.WriteNumber("removed", version.Removed);
        writer.WriteString("name", version.Name);
        writer.WriteBoolean("pinned", version.IsPinned);
    }

    public static void Write(Utf8JsonWriter writer, DatasetDifference difference, string? nextCursor)
    {
        writer.WriteStartObject();
        writer.WriteNumber("from", difference.From.Version);
        writer.WriteNumber("to", difference.To.Version);
        writer.WriteStartObject("counts");
        writer.WriteNumber("added", difference.Added);
        writer.WriteNumber("changed", difference.Changed);
        writer.WriteNumber("removed", difference.Removed);
        writer.WriteNumber("moved", difference.Moved);
        writer.WriteEndObject();
        WriteItems(writer, "added", difference.Items.Where(item => item.Kind == DiffKind.Added).Select(item => item.After!));
        writer.WriteStartArray("changed");
        foreach (var item in difference.Items.Where(item => item.Kind == DiffKind.Changed))
        {
            writer.WriteStartObject();
            writer.WriteString("id", item.Id.Value);
            writer.WriteString("section_id", item.After!.Section.Value);
            writer.WriteStartArray("changes");
            foreach (var change in item.Fields)
            {
                writer.WriteStartObject();
                writer.WriteString("path", change.Path);
                Element(writer, "before", change.Before);
                Element(writer, "after", change.After);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WritePropertyName("before");
            Write(writer, item.Before!);
            writer.WritePropertyName("after");
            Write(writer, item.After!);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteItems(writer, "removed", difference.Items.Where(item => item.Kind == DiffKind.Removed).Select(item => item.Before!));
        writer.WriteStartArray("moved");
        foreach (var item in difference.Items.Where(item => item.Kind == DiffKind.Moved))
        {
            writer.WriteStartObject();
            writer.WriteString("id", item.Id.Value);
            writer.WriteString("from_section_id", item.Before!.Section.Value);
            writer.WriteString("section_id", item.After!.Section.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("next_cursor", nextCursor);
        writer.WriteEndObject();
    }

    /// <summary>A public link.</summary>
    /// <param name="address">Where it leads, shown once; null in lists.</param>
    public static void Write(Utf8JsonWriter writer, PublicLink link, string? address)
    {
        writer.WriteStartObject();
        writer.WriteString("id", link.Id.Value);
        writer.WriteString("dataset_id", link.DatasetId.Value);
        writer.WriteString("item_id", link.ItemId.Value);
        if (address is not null)
        {
            writer.WriteString("url", address);
        }

        Time(writer, "created_at", link.CreatedAt);
        writer.WriteString("created_by", link.CreatedBy);
        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, DatasetRow row, string name, string description, string? schema, int version, long items)
    {
        writer.WriteStartObject();
        writer.WriteString("id", row.Id.Value);
        writer.WriteString("name", name);
        writer.WriteString("description", description);
        writer.WritePropertyName("schema");
        writer.WriteRawValue(schema ?? "null");
        writer.WriteNumber("version", version);
        writer.WriteNumber("item_count", items);
    }

    private static void WriteSections(Utf8JsonWriter writer, IEnumerable<(string Id, string Name, long Items)> sections)
    {
        writer.WriteStartArray("sections");
        foreach (var (id, name, items) in sections)
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("name", name);
            writer.WriteNumber("item_count", items);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteItems(Utf8JsonWriter writer, string name, IEnumerable<ItemView> items)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            Write(writer, item);
        }

        writer.WriteEndArray();
    }

    private static void Element(Utf8JsonWriter writer, string name, JsonElement? value)
    {
        writer.WritePropertyName(name);
        if (value is { } element)
        {
            element.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static void Time(Utf8JsonWriter writer, string name, DateTimeOffset time) => writer.WriteString(name, time.UtcDateTime.ToString(TimeConverter.Format));
}
