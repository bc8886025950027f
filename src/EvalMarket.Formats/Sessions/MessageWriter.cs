using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Sessions;

/// <summary>Writes one message in its wire shape, members always in the same order.</summary>
public static class MessageWriter
{
    /// <summary>Writes the message as one JSON object.</summary>
    /// <param name="writer">Best made with <see cref="JsonText.WriterOptions"/>.</param>
    /// <param name="message">What to write.</param>
    /// <param name="allKeys">True for answers of the API: every key is there, with null or an empty list. False for lines: keys without a value are left out.</param>
    public static void Write(Utf8JsonWriter writer, Message message, bool allKeys)
    {
        var fields = new FieldWriter(writer, allKeys);
        writer.WriteStartObject();
        fields.Text("id", message.Id?.Value);
        fields.Text("external_id", message.ExternalId);
        fields.Text("role", message.Role.ToWire());
        fields.Text("content", message.Content);
        fields.List("parts", message.Parts, part => Part(writer, part));
        fields.Text("model", message.Model);
        fields.Number("tokens", message.Tokens);
        fields.Time("created_at", message.CreatedAt);
        fields.List("comments", message.Comments, comment => Comment(writer, comment, allKeys));
        fields.List("tags", message.Tags, tag => Tag(writer, tag));
        fields.Text("summary", message.Summary);
        fields.Element("participant_data", message.ParticipantData);
        fields.Element("session_state", message.SessionState);
        writer.WriteEndObject();
    }

    private static void Part(Utf8JsonWriter writer, MessagePart part)
    {
        // Which members a part has depends on its type: the others are never written.
        var fields = new FieldWriter(writer, AllKeys: false);
        writer.WriteStartObject();
        fields.Text("type", part.Type.ToWire());
        fields.Text("call_id", part.CallId);
        fields.Text("name", part.Name);
        fields.Element("input", part.Input);
        fields.Text("text", part.Text);
        fields.Flag("is_error", part.IsError);
        fields.Text("mime_type", part.MimeType);
        fields.Text("data", part.Data);
        fields.Text("url", part.Url);
        writer.WriteEndObject();
    }

    private static void Comment(Utf8JsonWriter writer, MessageComment comment, bool allKeys)
    {
        var fields = new FieldWriter(writer, allKeys);
        writer.WriteStartObject();
        fields.Text("text", comment.Text);
        fields.Text("author", comment.Author);
        fields.Time("created_at", comment.CreatedAt);
        writer.WriteEndObject();
    }

    private static void Tag(Utf8JsonWriter writer, MessageTag tag)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("name");
        JsonText.WriteText(writer, tag.Name);
        writer.WriteBoolean("system", tag.System);
        writer.WriteEndObject();
    }
}
