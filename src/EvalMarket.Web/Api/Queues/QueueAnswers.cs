using System.Text.Json;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Queues;

/// <summary>Queues, what is in them and how far reviewers agree, in the API's terms.</summary>
internal static class QueueAnswers
{
    public static void WriteQueue(Utf8JsonWriter writer, QueueRow row, QueueNumbers numbers)
    {
        writer.WriteStartObject();
        writer.WriteString("id", row.Id.Value);
        writer.WriteString("name", row.Name);
        writer.WriteString("instructions", row.Instructions);
        writer.WriteNumber("reviews_per_session", row.ReviewsPerSession);
        writer.WriteBoolean("blind", row.IsBlind);
        writer.WriteString("status", row.IsOpen ? QueueSettings.Open : QueueSettings.Closed);
        writer.WriteNumber("reservation_minutes", row.ReservationMinutes);
        writer.WriteStartArray("reviewers");
        foreach (var reviewer in QueueRules.ReviewersOf(row))
        {
            writer.WriteStringValue(reviewer);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("counts");
        writer.WriteNumber("sessions", numbers.Sessions);
        writer.WriteNumber("waiting", numbers.Waiting);
        writer.WriteNumber("begun", numbers.Begun);
        writer.WriteNumber("conflicts", numbers.Conflicts);
        writer.WriteNumber("done", numbers.Done);
        writer.WriteNumber("flagged", numbers.Flagged);
        writer.WriteNumber("skipped", numbers.Skipped);
        writer.WriteNumber("reviews", numbers.Reviews);
        writer.WriteEndObject();
        writer.WriteString("created_by", row.CreatedBy);
        WriteTime(writer, "created_at", row.CreatedAt);
        WriteTime(writer, "updated_at", row.UpdatedAt);
        writer.WriteEndObject();
    }

    /// <summary>A session in a queue.</summary>
    public static void WriteItem(Utf8JsonWriter writer, QueueRow queue, QueueItemRow item, SessionRow? session)
    {
        writer.WriteStartObject();
        WriteItemFields(writer, queue, item, session);
        writer.WriteEndObject();
    }

    public static void WriteItemFields(Utf8JsonWriter writer, QueueRow queue, QueueItemRow item, SessionRow? session)
    {
        writer.WriteString("session_id", item.SessionId.Value);
        if (session is not null)
        {
            writer.WriteString("title", session.Title);
            writer.WriteString("source", session.Source);
            writer.WriteString("model", session.Model);
            writer.WriteNumber("message_count", session.MessageCount);
        }

        writer.WriteString("state", item.State.ToWire());
        writer.WriteNumber("reviews", item.Reviews);
        writer.WriteNumber("reviews_needed", queue.ReviewsPerSession);
        writer.WriteNumber("skips", item.Skips);
        writer.WriteBoolean("flagged", item.IsFlagged);
        WriteTime(writer, "added_at", item.AddedAt);
        writer.WritePropertyName("result");
        QueueJsonLines.WriteResult(writer, QueueJsonLines.ResultOf(item));
    }

    public static void WriteImport(Utf8JsonWriter writer, QueueImportResult result)
    {
        writer.WriteStartObject();
        writer.WriteNumber("added", result.Added);
        writer.WriteNumber("already_there", result.AlreadyThere);
        WriteRefusal(writer, "not_found", result.NotFound);
        WriteRefusal(writer, "not_linked", result.NotLinked);
        if (result.Import is { } import)
        {
            writer.WriteNumber("import", import);
        }
        else
        {
            writer.WriteNull("import");
        }

        writer.WriteEndObject();
    }

    public static void WriteUndo(Utf8JsonWriter writer, QueueImportUndo undo)
    {
        writer.WriteStartObject();
        writer.WriteNumber("removed", undo.Removed);
        writer.WriteNumber("kept", undo.Kept);
        writer.WriteEndObject();
    }

    public static void WriteAgreement(Utf8JsonWriter writer, AgreementResult result, QueueNumbers numbers)
    {
        writer.WriteStartObject();
        writer.WriteString("measure", result.Measure.ToString().ToLowerInvariant());
        WriteKappa(writer, result.Overall);
        writer.WriteNumber("sessions", result.Units);
        writer.WriteNumber("left_out", result.LeftOut);
        writer.WriteNumber("reviewers", result.Raters);
        writer.WriteNumber("fewest_reviews", result.FewestRatings);
        writer.WriteNumber("most_reviews", result.MostRatings);
        writer.WriteNumber("conflicts", numbers.Conflicts);
        writer.WriteStartArray("labels");
        foreach (var status in EvalStatuses.All)
        {
            var label = result.Categories[QueueAgreement.IndexOf(status)];
            writer.WriteStartObject();
            writer.WriteString("status", status.ToWire());
            writer.WriteNumber("reviews", label.Ratings);
            WriteKappa(writer, label.Kappa);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("pairs");
        foreach (var pair in result.Pairs)
        {
            writer.WriteStartObject();
            writer.WriteString("first", pair.First);
            writer.WriteString("second", pair.Second);
            writer.WriteNumber("sessions", pair.Units);
            WriteKappa(writer, pair.Kappa);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("matrix");
        foreach (var row in EvalStatuses.All)
        {
            writer.WriteStartObject();
            writer.WriteString("status", row.ToWire());
            foreach (var column in EvalStatuses.All)
            {
                writer.WriteNumber(column.ToWire(), result.Coincidences[(QueueAgreement.IndexOf(row) * EvalStatuses.All.Count) + QueueAgreement.IndexOf(column)]);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time) =>
        writer.WriteString(name, time?.UtcDateTime.ToString(TimeConverter.Format));

    private static void WriteKappa(Utf8JsonWriter writer, Kappa kappa)
    {
        WriteNumber(writer, "kappa", kappa.Value);
        WriteNumber(writer, "observed", kappa.Observed);
        WriteNumber(writer, "expected", kappa.Expected);
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double? number)
    {
        writer.WritePropertyName(name);
        if (number is { } value)
        {
            writer.WriteNumberValue(Math.Round(value, 6));
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static void WriteRefusal(Utf8JsonWriter writer, string name, QueueRefusal refusal)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("count", refusal.Count);
        writer.WriteString("reason", refusal.Reason);
        writer.WriteEndObject();
    }
}
