using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EvalMarket.Core.Exports;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Json;

namespace EvalMarket.Web.Api.Exports;

/// <summary>An export in the API's terms.</summary>
internal sealed class ExportAnswer(ExportDirectory exports) : IExportAnswers
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public async Task<string> WriteAsync(ExportId export, CancellationToken cancellationToken)
    {
        var view = await exports.FindAsync(export, cancellationToken);
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
                Write(writer, view);
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    public static string ContentAddress(ExportId export) => $"/api/exports/{export}/content";

    public static void Write(Utf8JsonWriter writer, ExportView view)
    {
        var (row, order) = (view.Row, view.Order);
        writer.WriteStartObject();
        writer.WriteString("id", row.Id.Value);
        writer.WriteString("state", view.State.ToString().ToLowerInvariant());
        writer.WriteString("format", row.Format);
        writer.WriteString("name", row.Name);
        writer.WriteString("detail", row.Detail);
        writer.WritePropertyName("request");
        ExportBody.Write(writer, order);
        writer.WriteNumber("records", row.Records);
        Number(writer, "bytes", row.Bytes);
        writer.WriteString("file_name", row.FileName);
        writer.WriteString("download_url", view.State == ExportState.Ready ? ContentAddress(row.Id) : null);
        writer.WriteString("job_id", row.JobId?.Value);
        Number(writer, "done", view.Job?.Done);
        Number(writer, "total", view.Job?.Total);
        writer.WritePropertyName("errors");
        writer.WriteRawValue(view.Job?.Errors ?? "[]");
        writer.WriteString("created_at", Rfc3339.Format(row.CreatedAt));
        writer.WriteString("created_by", row.CreatedBy);
        Time(writer, "finished_at", row.FinishedAt);
        Time(writer, "expires_at", row.ExpiresAt);
        writer.WriteEndObject();
    }

    private static void Time(Utf8JsonWriter writer, string name, DateTimeOffset? time) => writer.WriteString(name, time is { } known ? Rfc3339.Format(known) : null);

    private static void Number(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
