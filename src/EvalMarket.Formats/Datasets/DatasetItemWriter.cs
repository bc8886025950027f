using System.Buffers;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets;

/// <summary>
/// Writes items in their wire shape, members always in the same order: <c>id, input{content}, output{content}, context, history[{message_type,
/// content, summary}], participant_data, session_state, assets[{path, mime_type, sha256, bytes}], source{session_id, message_ids}|null,
/// metadata</c>, all of them always; then <c>type, choices, answer, criteria</c>, where there is one. Free JSON keeps the order of its members and
/// the spelling of its numbers, without insignificant space. The same item gives the same bytes.
/// </summary>
public static class DatasetItemWriter
{
    private const int SpareBytes = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? spareBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? spareWriter;

    /// <summary>One line with its line feed; there is no other line break in it.</summary>
    public static void WriteLine(DatasetItem item, IBufferWriter<byte> output)
    {
        using (var writer = new Utf8JsonWriter(output, JsonText.WriterOptions))
        {
            Write(writer, item);
        }

        output.Write("\n"u8);
    }

    /// <summary>The line of <see cref="WriteLine"/>, line feed included.</summary>
    public static byte[] ToLine(DatasetItem item)
    {
        // One for each thread, unless an item was so long that it is better let go: a million lines need not make a million writers.
        var (buffer, writer) = (spareBuffer ?? new ArrayBufferWriter<byte>(4 * 1024), spareWriter);
        (spareBuffer, spareWriter) = (null, null);
        buffer.ResetWrittenCount();
        if (writer is null)
        {
            writer = new Utf8JsonWriter(buffer, JsonText.WriterOptions);
        }
        else
        {
            writer.Reset(buffer);
        }

        Write(writer, item);
        writer.Flush();
        buffer.Write("\n"u8);
        var line = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity <= SpareBytes)
        {
            (spareBuffer, spareWriter) = (buffer, writer);
        }

        return line;
    }

    /// <summary>The item as an object.</summary>
    /// <param name="writer">Made with <see cref="JsonText.WriterOptions"/>.</param>
    /// <param name="item">What to write.</param>
    public static void Write(Utf8JsonWriter writer, DatasetItem item)
    {
        writer.WriteStartObject();
        WriteMembers(writer, item);
        writer.WriteEndObject();
    }

    /// <summary>The members, into an object that the caller has begun, to add to it.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, DatasetItem item)
    {
        var fields = new FieldWriter(writer, AllKeys: true);
        fields.Text("id", item.Id?.Value);
        WriteContent(writer, "input", item.Input);
        WriteContent(writer, "output", item.Output);
        fields.Element("context", item.Context);
        fields.List("history", item.History, message => Write(writer, message));
        fields.Element("participant_data", item.ParticipantData);
        fields.Element("session_state", item.SessionState);
        fields.List("assets", item.Assets, asset => Write(writer, asset));
        writer.WritePropertyName("source");
        Write(writer, item.Source);
        fields.Element("metadata", item.Metadata);
        WriteOptional(new FieldWriter(writer, AllKeys: false), item);
    }

    internal static void Write(Utf8JsonWriter writer, HistoryMessage message)
    {
        writer.WriteStartObject();
        writer.WriteString("message_type", message.Type.ToWire());
        var fields = new FieldWriter(writer, AllKeys: false);
        fields.Text("content", message.Content);
        fields.Text("summary", message.Summary);
        writer.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter writer, AssetReference asset)
    {
        var fields = new FieldWriter(writer, AllKeys: true);
        writer.WriteStartObject();
        fields.Text("path", asset.Path);
        fields.Text("mime_type", asset.MimeType);
        fields.Text("sha256", asset.Sha256);
        fields.Number("bytes", asset.Bytes);
        writer.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter writer, ItemSource? source)
    {
        if (source is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("session_id", source.SessionId.Value);
        writer.WriteStartArray("message_ids");
        foreach (var id in source.MessageIds)
        {
            writer.WriteStringValue(id.Value);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter writer, string name, string text)
    {
        writer.WriteStartObject(name);
        writer.WritePropertyName("content");
        JsonText.WriteText(writer, text);
        writer.WriteEndObject();
    }

    private static void WriteOptional(FieldWriter fields, DatasetItem item)
    {
        fields.Text("type", item.Type);
        fields.Element("choices", item.Choices);
        fields.Element("answer", item.Answer);
        fields.Element("criteria", item.Criteria);
    }
}
