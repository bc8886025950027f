using System.Text.Json;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Formats.Sessions;

/// <summary>A part of a message as far as an outline needs it.</summary>
/// <param name="Type">What it is; default for a type that this version does not know.</param>
/// <param name="CallId">As in <see cref="MessagePart.CallId"/>.</param>
/// <param name="IsError">The tool failed.</param>
public readonly record struct PartSketch(MessagePartType Type, string? CallId, bool IsError);

/// <summary>
/// What an outline of a session needs of a message: who spoke, how long it is, its tool calls and results. Read without making strings of
/// its texts, which is several times as fast as reading the message.
/// </summary>
public sealed record MessageSketch
{
    public const int LineLength = 90;

    public required MessageId Id { get; init; }

    public required MessageRole Role { get; init; }

    /// <summary>The first line with text, at most <see cref="LineLength"/> characters; only of user messages, "" else.</summary>
    public string Line { get; init; } = "";

    /// <summary>As <see cref="Turns.HasText"/> says of the message.</summary>
    public bool HasText { get; init; }

    /// <summary>Bytes of the text.</summary>
    public int Length { get; init; }

    /// <summary>Line ends in the text.</summary>
    public int LineEnds { get; init; }

    /// <summary>The text is the same as what one of its tool results says: readers of some tools bring both.</summary>
    public bool RepeatsResult { get; init; }

    public IReadOnlyList<PartSketch> Parts { get; init; } = [];

    /// <summary>Reads a line that <see cref="MessageLines.Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The line is damaged: not one of ours.</exception>
    public static MessageSketch Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return ReadObject(line);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("A stored message line is damaged.", exception);
        }
    }

    private static MessageSketch ReadObject(ReadOnlySpan<byte> line)
    {
        MessageId id = default;
        MessageRole role = default;
        var sketch = new MessageSketch { Id = default, Role = default };
        ReadOnlySpan<byte> content = default;
        List<PartSketch> parts = [];
        var reader = new Utf8JsonReader(line);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                _ = TypeId.TryParse(reader.GetString(), out id);
            }
            else if (reader.ValueTextEquals("role"u8))
            {
                reader.Read();
                _ = WireNames.TryParse(reader.GetString(), out role);
            }
            else if (reader.ValueTextEquals("content"u8) && reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                content = reader.ValueSpan;
                sketch = sketch with
                {
                    Length = content.Length,
                    LineEnds = content.Count("\\n"u8),
                    HasText = HasTextIn(ref reader),
                    Line = role == MessageRole.User ? FirstLine(reader.GetString()!) : "",
                };
            }
            else if (reader.ValueTextEquals("parts"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    parts.Add(ReadPart(ref reader, content, out var repeats));
                    sketch = sketch with { RepeatsResult = sketch.RepeatsResult || repeats };
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return role != default && id != default
            ? sketch with { Id = id, Role = role, Parts = parts }
            : throw new InvalidDataException("A stored message line is damaged: it has no role or no id.");
    }

    private static PartSketch ReadPart(ref Utf8JsonReader reader, ReadOnlySpan<byte> content, out bool repeats)
    {
        MessagePartType type = default;
        string? call = null;
        var isError = false;
        repeats = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                _ = WireNames.TryParse(reader.GetString(), out type);
            }
            else if (reader.ValueTextEquals("call_id"u8))
            {
                reader.Read();
                call = reader.GetString();
            }
            else if (reader.ValueTextEquals("is_error"u8))
            {
                reader.Read();
                isError = reader.TokenType == JsonTokenType.True;
            }
            else if (reader.ValueTextEquals("text"u8))
            {
                reader.Read();
                repeats = type == MessagePartType.ToolResult && reader.ValueSpan.SequenceEqual(content);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return new PartSketch(type, call, isError);
    }

    /// <summary>Only a text without any visible ASCII character has to be made a string for this.</summary>
    private static bool HasTextIn(ref Utf8JsonReader reader)
    {
        var text = reader.ValueSpan;
        if (text.IsEmpty)
        {
            return false;
        }

        var isPlain = text[0] is > (byte)' ' and < 0x7f and not (byte)'\\';
        return isPlain || !string.IsNullOrWhiteSpace(reader.GetString());
    }

    private static string FirstLine(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (trimmed.Length > LineLength)
            {
                var length = char.IsHighSurrogate(trimmed[LineLength - 1]) ? LineLength - 1 : LineLength;
                return $"{trimmed[..length]}…";
            }

            if (trimmed.Length > 0)
            {
                return trimmed.ToString();
            }
        }

        return "";
    }
}
