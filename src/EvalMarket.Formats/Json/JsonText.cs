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

    private const int ChunkCharacters = 8 * 1024;

    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\', '\u007f', '\u2028', '\u2029']);

    /// <summary>Writes a JSON string, quotes included. Lone surrogates become U+FFFD.</summary>
    public static void WriteText(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        output.Write("\""u8);
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(Escaped);
            if (plain != 0)
            {
                WriteUtf8(output, plain < 0 ? text : text[..plain]);
                if (plain < 0)
                {
                    break;
                }
            }

            WriteEscape(output, text[plain]);
            text = text[(plain + 1)..];
        }

        output.Write("\""u8);
    }

    /// <summary>Writes text as UTF-8, without quotes or escapes. Lone surrogates become U+FFFD.</summary>
    public static void WriteUtf8(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            // In chunks, so that one long message does not need one contiguous buffer of its size.
            var take = Math.Min(text.Length, ChunkCharacters);
            if (take < text.Length && char.IsHighSurrogate(text[take - 1]))
            {
                take--;
            }

            take = Math.Max(take, 1);
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

    private static void WriteEscape(IBufferWriter<byte> output, char character)
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
            _ => default,
        };
        if (!escape.IsEmpty)
        {
            output.Write(escape);
            return;
        }

        var target = output.GetSpan(6);
        "\\u"u8.CopyTo(target);
        ((int)character).TryFormat(target[2..], out _, "x4");
        output.Advance(6);
    }
}
