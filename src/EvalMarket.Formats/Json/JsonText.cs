using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace EvalMarket.Formats.Json;

/// <summary>
/// Writing JSON that people can read: UTF-8 as it is, escaping only what JSON itself demands (RFC 8259 §7).
/// The framework's relaxed encoder still escapes every character beyond the basic plane, emoji among them.
/// </summary>
public static class JsonText
{
    /// <summary>For a <see cref="Utf8JsonWriter"/> whose strings go through <see cref="WriteText(Utf8JsonWriter, string)"/>.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Reading what comes from outside: no duplicate keys, no comments, at most 64 levels.</summary>
    public static JsonDocumentOptions ReadOptions { get; } = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private const int ChunkCharacters = 4 * 1024;

    /// <summary>An escaped character takes at most six bytes, any other three.</summary>
    private const int BytesPerCharacter = 6;

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    /// <summary>Writes a JSON string, quotes included. Lone surrogates become U+FFFD.</summary>
    public static void WriteText(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        output.Write("\""u8);
        while (!text.IsEmpty)
        {
            var chunk = text[..ChunkLength(text)];
            output.Advance(Escape(chunk, output.GetSpan(chunk.Length * BytesPerCharacter)));
            text = text[chunk.Length..];
        }

        output.Write("\""u8);
    }

    /// <summary>Writes text as UTF-8, without quotes or escapes. Lone surrogates become U+FFFD.</summary>
    public static void WriteUtf8(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var take = ChunkLength(text);
            var target = output.GetSpan(take * 3);
            Utf8.FromUtf16(text[..take], target, out _, out var written, replaceInvalidSequences: true);
            output.Advance(written);
            text = text[take..];
        }
    }

    /// <summary>Writes a JSON string value through <paramref name="writer"/>.</summary>
    public static void WriteText(Utf8JsonWriter writer, string text)
    {
        if (Ascii.IsValid(text))
        {
            writer.WriteStringValue(text);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(text.Length + (text.Length / 8) + 16);
        WriteText(buffer, text);
        writer.WriteRawValue(buffer.WrittenSpan, skipInputValidation: true);
    }

    /// <summary>Writes any JSON value without insignificant space; numbers keep their spelling.</summary>
    public static void WriteElement(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    WriteElement(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    WriteElement(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                WriteText(writer, element.GetString()!);
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    /// <summary>In chunks, so that one long message does not need one contiguous buffer of its size; never between two halves of a character.</summary>
    private static int ChunkLength(ReadOnlySpan<char> text) =>
        text.Length <= ChunkCharacters ? text.Length : char.IsHighSurrogate(text[ChunkCharacters - 1]) ? ChunkCharacters - 1 : ChunkCharacters;

    private static int Escape(ReadOnlySpan<char> text, Span<byte> target)
    {
        var written = 0;
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(Escaped);
            if (plain < 0)
            {
                plain = text.Length;
            }

            Utf8.FromUtf16(text[..plain], target[written..], out _, out var bytes, replaceInvalidSequences: true);
            written += bytes;
            if (plain == text.Length)
            {
                break;
            }

            written += Escape(text[plain], target[written..]);
            text = text[(plain + 1)..];
        }

        return written;
    }

    private static int Escape(char character, Span<byte> target)
    {
        ReadOnlySpan<byte> escape = character switch
        {
            '"' => "\\\""u8,
            '\\' => "\\\\"u8,
            '\n' => "\\n"u8,
            '\r' => "\\r"u8,
            '\t' => "\\t"u8,
            '\b' => "\\b"u8,
            '\f' => "\\f"u8,
            _ => "\\u"u8,
        };
        escape.CopyTo(target);
        if (escape[1] != 'u')
        {
            return escape.Length;
        }

        ((int)character).TryFormat(target[2..], out _, "x4");
        return 6;
    }
}
