using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Sessions;

/// <summary>
/// The lines of a session's chunks: one message a line, in its wire shape, keys without a value left out. The same message always gives the
/// same bytes. What is read is what was written, but that times have milliseconds.
/// </summary>
public static class MessageLines
{
    [ThreadStatic]
    private static Utf8JsonWriter? writerOfThread;

    /// <summary>Appends the line, with its line feed.</summary>
    /// <returns>How many characters that are no text (U+0000, lone surrogates) were replaced by U+FFFD.</returns>
    public static int Write(Message message, IBufferWriter<byte> output)
    {
        var replaced = 0;
        message = WellFormed(message, ref replaced);
        var writer = writerOfThread ??= new Utf8JsonWriter(output, JsonText.WriterOptions);
        writer.Reset(output);
        MessageWriter.Write(writer, message, allKeys: false);
        writer.Flush();
        output.Write("\n"u8);
        return replaced;
    }

    /// <summary>Reads a line that <see cref="Write"/> wrote, with or without its line feed.</summary>
    /// <exception cref="InvalidDataException">The line is damaged: not one of ours.</exception>
    public static Message Read(ReadOnlyMemory<byte> line)
    {
        List<ContentError> errors = [];
        try
        {
            using var document = JsonDocument.Parse(line, JsonText.ReadOptions);
            var message = new MessageReader(new FieldChecks(errors), refuseUnknown: true, keepIds: true).Read(document.RootElement, "");
            if (message is not null && errors.Count == 0)
            {
                return message;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("A stored message line is damaged.", exception);
        }

        throw new InvalidDataException($"A stored message line is damaged: {errors[0].Path} {errors[0].Message}");
    }

    /// <summary>Reads of a line only who spoke and the text: all that the session exports need, several times as fast.</summary>
    /// <exception cref="InvalidDataException">The line is damaged: not one of ours.</exception>
    public static Message ReadText(ReadOnlySpan<byte> line)
    {
        MessageRole role = default;
        var content = "";
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isRole = reader.ValueTextEquals("role"u8);
                var isContent = reader.ValueTextEquals("content"u8);
                reader.Read();
                if (isRole)
                {
                    role = WireNames.TryParse(reader.GetString(), out MessageRole known) ? known : default;
                }
                else if (isContent)
                {
                    content = reader.GetString()!;
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("A stored message line is damaged.", exception);
        }

        return role != default ? new Message { Role = role, Content = content } : throw new InvalidDataException("A stored message line is damaged: it has no role.");
    }

    private static Message WellFormed(Message message, ref int replaced)
    {
        var before = replaced;
        var clean = message with
        {
            ExternalId = Text(message.ExternalId, ref replaced),
            Content = WellFormedText.Of(message.Content, ref replaced),
            Model = Text(message.Model, ref replaced),
            Summary = Text(message.Summary, ref replaced),
            ParticipantData = Element(message.ParticipantData, ref replaced),
            SessionState = Element(message.SessionState, ref replaced),
        };
        List<MessagePart> parts = [];
        foreach (var part in message.Parts)
        {
            parts.Add(part with
            {
                CallId = Text(part.CallId, ref replaced),
                Name = Text(part.Name, ref replaced),
                Input = Element(part.Input, ref replaced),
                Text = Text(part.Text, ref replaced),
                MimeType = Text(part.MimeType, ref replaced),
                Data = Text(part.Data, ref replaced),
                Url = Text(part.Url, ref replaced),
            });
        }

        List<MessageComment> comments = [];
        foreach (var comment in message.Comments)
        {
            comments.Add(comment with { Text = WellFormedText.Of(comment.Text, ref replaced), Author = Text(comment.Author, ref replaced) });
        }

        List<MessageTag> tags = [];
        foreach (var tag in message.Tags)
        {
            tags.Add(tag with { Name = WellFormedText.Of(tag.Name, ref replaced) });
        }

        return replaced == before ? message : clean with { Parts = parts, Comments = comments, Tags = tags };
    }

    private static string? Text(string? text, ref int replaced) => text is null ? null : WellFormedText.Of(text, ref replaced);

    private static JsonElement? Element(JsonElement? element, ref int replaced)
    {
        if (element is not { } value || JsonMarshal.GetRawUtf8Value(value).IndexOf("\\u"u8) < 0)
        {
            return element;
        }

        var json = WellFormedText.OfJson(JsonMarshal.GetRawUtf8Value(value).ToArray(), out var found);
        replaced += found;
        return found == 0 ? element : JsonElement.Parse(json.Span);
    }
}
