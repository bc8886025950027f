using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EvalMarket.Formats;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>A bundle in the API's terms. Of the key it has length and commitment.</summary>
public static class BundleAnswerJson
{
    public static string Of(KeptBundle kept)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(writer, kept.Row, kept.Row.Version, kept.Document);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public static void Write(Utf8JsonWriter writer, BundleRow row, int version, BundleDocument document)
    {
        writer.WriteStartObject();
        writer.WriteString("id", row.Id.Value);
        writer.WriteString("name", document.Name);
        writer.WriteNumber("version", version);
        writer.WriteNumber("versions", row.Version);
        writer.WriteNumber("task_count", document.TaskCount);
        writer.WriteNumber("scored_count", document.ScoredCount);
        writer.WriteStartObject("criteria");
        foreach (var (type, count) in document.Criteria)
            writer.WriteNumber(type, count);
        writer.WriteEndObject();
        writer.WriteStartObject("tasks");
        Write(writer, document.Tasks);
        writer.WriteEndObject();
        writer.WriteStartObject("answers");
        writer.WriteNumber("bytes", document.Key.Bytes);
        writer.WriteString("commitment", document.Key.Commitment);
        writer.WriteEndObject();
        if (document.Reference is { } reference)
        {
            writer.WriteStartObject("reference");
            Write(writer, reference);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("reference");
        }

        writer.WriteStartArray("files");
        foreach (var file in document.Files)
        {
            writer.WriteStartObject();
            writer.WriteString("name", file.Name);
            writer.WriteString("mime_type", file.MimeType);
            writer.WriteNumber("bytes", file.Bytes);
            writer.WriteString("sha256", file.Sha256);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("warnings");
        foreach (var warning in document.Warnings)
            Write(writer, warning);
        writer.WriteEndArray();
        writer.WriteString("created_at", Time(document.CreatedAt));
        writer.WriteString("updated_at", Time(document.UpdatedAt));
        writer.WriteString("updated_by", document.UpdatedBy);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StoredBundleFile file)
    {
        writer.WriteNumber("bytes", file.Bytes);
        writer.WriteString("sha256", file.Sha256);
    }

    private static void Write(Utf8JsonWriter writer, ContentError warning)
    {
        writer.WriteStartObject();
        writer.WriteString("message", warning.Message);
        if (warning.File is { } file)
            writer.WriteString("file", file);
        if (warning.Path is { } path)
            writer.WriteString("path", path);
        if (warning.Line is { } line)
            writer.WriteNumber("line", line);
        writer.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
