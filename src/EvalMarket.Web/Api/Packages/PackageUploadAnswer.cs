using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Packages;
using EvalMarket.Formats.Json;

namespace EvalMarket.Web.Api.Packages;

/// <summary>The answer to an uploaded package: the dataset as <c>GET /api/datasets/{id}</c> shows it, its run, and what the uploader should know.</summary>
internal sealed class PackageUploadAnswer(DatasetDirectory datasets) : IPackageAnswers
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public async Task<string> WriteAsync(PackageUploadResult result, CancellationToken cancellationToken)
    {
        var view = await datasets.FindAsync(result.Dataset, cancellationToken);
        using var bytes = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(bytes, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("id", result.Dataset.Value);
            if (view is not null)
            {
                Write(writer, view);
            }

            writer.WriteString("run_id", result.Run?.Value);
            writer.WriteStartArray("warnings");
            foreach (var warning in result.Warnings)
            {
                writer.WriteStringValue(warning);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("removed");
            foreach (var secret in result.Removed)
            {
                writer.WriteStartObject();
                writer.WriteString("file", secret.File);
                writer.WriteString("path", secret.Path);
                writer.WriteString("reason", secret.Reason);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Write(Utf8JsonWriter writer, DatasetView view)
    {
        var row = view.Row;
        writer.WriteString("name", row.Name);
        writer.WriteString("description", row.Description);
        writer.WritePropertyName("schema");
        writer.WriteRawValue(row.Schema ?? "null");
        writer.WriteNumber("version", row.Version);
        writer.WriteNumber("item_count", row.ItemCount);
        writer.WriteStartArray("sections");
        foreach (var section in view.Sections)
        {
            writer.WriteStartObject();
            writer.WriteString("id", section.Id.Value);
            writer.WriteString("name", section.Name);
            writer.WriteNumber("item_count", section.ItemCount);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("created_at", Rfc3339.Format(row.CreatedAt));
        writer.WriteString("created_by", row.CreatedBy);
        writer.WriteString("updated_at", Rfc3339.Format(row.UpdatedAt));
    }
}
