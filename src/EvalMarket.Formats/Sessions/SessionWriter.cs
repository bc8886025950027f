using System.Buffers;
using System.Text.Json;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Sessions;

/// <summary>What a stored session has beyond its record.</summary>
public sealed record SessionStamp(SessionId Id, int MessageCount);

/// <summary>
/// Writes sessions in their wire shape: <c>id, external_id, title, source, author, project, model, provider, prompt_tokens,
/// completion_tokens, cost, duration_ms, message_count, created_at, updated_at, eval_ready, eval_status, eval_notes, eval_tags,
/// expected_output, reviewed_at, reviewed_by, metadata, messages</c>. Cost in US dollars, times in UTC.
/// </summary>
public static class SessionWriter
{
    /// <summary>The whole session as the API answers it: every key is there.</summary>
    public static void Write(Utf8JsonWriter writer, Session session, SessionStamp stamp)
    {
        writer.WriteStartObject();
        WriteFields(writer, session, stamp, allKeys: true);
        WriteMessages(writer, session.Messages, allKeys: true);
        writer.WriteEndObject();
    }

    /// <summary>An entry of a list: every key but the messages.</summary>
    public static void WriteListItem(Utf8JsonWriter writer, Session session, SessionStamp stamp)
    {
        writer.WriteStartObject();
        WriteFields(writer, session, stamp, allKeys: true);
        writer.WriteEndObject();
    }

    /// <summary>One line of our own JSONL, with its line feed; keys without a value are left out.</summary>
    public static void WriteLine(Session session, IBufferWriter<byte> output, SessionStamp? stamp = null)
    {
        using (var writer = new Utf8JsonWriter(output, JsonText.WriterOptions))
        {
            writer.WriteStartObject();
            WriteFields(writer, session, stamp, allKeys: false);
            WriteMessages(writer, session.Messages, allKeys: false);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>All members but the messages, into an object that the caller has begun (to stream the messages after them).</summary>
    public static void WriteFields(Utf8JsonWriter writer, Session session, SessionStamp? stamp, bool allKeys)
    {
        var fields = new FieldWriter(writer, allKeys);
        if (stamp is not null)
        {
            fields.Text("id", stamp.Id.Value);
        }

        fields.Text("external_id", session.ExternalId);
        fields.Text("title", session.Title);
        fields.Text("source", session.Source);
        fields.Text("author", session.Author);
        fields.Text("project", session.Project);
        fields.Text("model", session.Model);
        fields.Text("provider", session.Provider);
        fields.Number("prompt_tokens", session.PromptTokens);
        fields.Number("completion_tokens", session.CompletionTokens);
        fields.Number("cost", session.Cost);
        fields.Number("duration_ms", session.DurationMs);
        if (stamp is not null)
        {
            fields.Number("message_count", (long)stamp.MessageCount);
        }

        fields.Time("created_at", session.CreatedAt);
        fields.Time("updated_at", session.UpdatedAt);
        if (session.Labels is not null || allKeys)
        {
            WriteLabels(fields, session.Labels ?? new EvalLabels());
        }

        fields.Element("metadata", session.Metadata);
    }

    private static void WriteLabels(FieldWriter fields, EvalLabels labels)
    {
        fields.Flag("eval_ready", labels.EvalReady);
        fields.Text("eval_status", labels.Status?.ToWire());
        fields.Text("eval_notes", labels.Notes);
        fields.List("eval_tags", labels.Tags, tag => JsonText.WriteText(fields.Writer, tag));
        fields.Text("expected_output", labels.ExpectedOutput);
        fields.Time("reviewed_at", labels.ReviewedAt);
        fields.Text("reviewed_by", labels.ReviewedBy);
    }

    private static void WriteMessages(Utf8JsonWriter writer, IReadOnlyList<Message> messages, bool allKeys)
    {
        writer.WriteStartArray("messages");
        foreach (var message in messages)
        {
            MessageWriter.Write(writer, message, allKeys);
        }

        writer.WriteEndArray();
    }
}
