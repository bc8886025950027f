using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Annotation;

/// <summary>The JSON of what is said in queues, the same in the API and in the export as JSON lines: a line for each session, with its reviews, skips and result.</summary>
public static class QueueJsonLines
{
    public const string Format = "jsonl";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Write(IBufferWriter<byte> output, QueueExportRecord record)
    {
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("session_id", record.Session.Id.Value);
            writer.WriteString("external_id", record.Session.ExternalId);
            writer.WriteString("title", record.Session.Title);
            writer.WriteString("state", record.Item.State.ToWire());
            writer.WriteStartArray("reviews");
            foreach (var review in record.Said.Where(said => said.IsReview))
            {
                WriteReview(writer, review);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("skips");
            foreach (var skip in record.Said.Where(said => !said.IsReview))
            {
                WriteReview(writer, skip);
            }

            writer.WriteEndArray();
            writer.WritePropertyName("result");
            WriteResult(writer, record.Result);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>A review, <c>{session_id, reviewer, at, status, notes, tags, expected_output, flag}</c>, or a skip, <c>{session_id, reviewer, at, skip}</c>.</summary>
    public static void WriteReview(Utf8JsonWriter writer, QueueReviewRow review)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(review);
        writer.WriteStartObject();
        writer.WriteString("session_id", review.SessionId.Value);
        writer.WriteString("reviewer", review.Reviewer);
        WriteTime(writer, "at", review.At);
        if (review.IsReview)
        {
            WriteLabels(writer, QueueReviews.LabelsOf(review));
            writer.WriteString("flag", review.Flag);
        }
        else
        {
            writer.WriteString("skip", review.Skip);
        }

        writer.WriteEndObject();
    }

    /// <summary><c>{status, notes, tags, expected_output, via, by, at, taken, change}</c>, or null.</summary>
    public static void WriteResult(Utf8JsonWriter writer, QueueResult? result)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (result is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        WriteLabels(writer, result.Labels);
        writer.WriteString("via", result.Via);
        writer.WriteString("by", result.By);
        WriteTime(writer, "at", result.At);
        writer.WriteString("taken", result.Taken);
        writer.WritePropertyName("change");
        if (result.Change is { } change)
        {
            writer.WriteNumberValue(change);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteEndObject();
    }

    /// <summary>The result of a session in a queue; null when it has none.</summary>
    public static QueueResult? ResultOf(QueueItemRow item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Result is { } json ? JsonSerializer.Deserialize(json, QueueJson.Compact.QueueResult) : null;
    }

    private static void WriteLabels(Utf8JsonWriter writer, QueueLabels labels)
    {
        writer.WriteString("status", labels.Status.ToWire());
        writer.WriteString("notes", labels.Notes);
        writer.WriteStartArray("tags");
        foreach (var tag in labels.Tags)
        {
            writer.WriteStringValue(tag);
        }

        writer.WriteEndArray();
        writer.WriteString("expected_output", labels.ExpectedOutput);
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset time) =>
        writer.WriteString(name, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
