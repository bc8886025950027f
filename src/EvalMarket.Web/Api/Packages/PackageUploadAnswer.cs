using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Packages;
using EvalMarket.Web.Api.Datasets;

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
            if (view is null)
            {
                // Deleted before anybody asked.
                writer.WriteNullValue();
            }
            else
            {
                DatasetAnswers.Write(writer, view, more => Write(more, result));
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Write(Utf8JsonWriter writer, PackageUploadResult result)
    {
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
    }
}
