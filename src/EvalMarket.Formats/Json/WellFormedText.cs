using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace EvalMarket.Formats.Json;

/// <summary>
/// What is no text is replaced by U+FFFD and counted: invalid UTF-8, lone surrogates, and U+0000 (which databases refuse).
/// Everything that reads JSON from outside passes it through here first, so that no later step can meet such a character.
/// </summary>
public static class WellFormedText
{
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// Makes one JSON text well formed: bytes that are no UTF-8, and escapes (<c>\u0000</c>, a lone <c>\ud800</c>) that name no character.
    /// The usual, clean input is returned as it is, without a copy.
    /// </summary>
    /// <param name="json">One JSON document, not necessarily valid.</param>
    /// <param name="replaced">How many characters were replaced.</param>
    public static ReadOnlyMemory<byte> OfJson(ReadOnlyMemory<byte> json, out int replaced)
    {
        replaced = 0;
        if (!Utf8.IsValid(json.Span))
        {
            var text = Encoding.UTF8.GetString(json.Span);
            replaced = text.AsSpan().Count(Replacement);
            json = Encoding.UTF8.GetBytes(text);
        }

        return json.Span.IndexOf("\\u"u8) < 0 ? json : OfEscapes(json, ref replaced);
    }

    /// <summary>Replaces lone surrogates and U+0000 in <paramref name="text"/> and adds their number to <paramref name="replaced"/>.</summary>
    public static string Of(string text, ref int replaced)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !text.Contains('\0', StringComparison.Ordinal))
        {
            return text;
        }

        var characters = text.ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            if (char.IsHighSurrogate(characters[i]) && i + 1 < characters.Length && char.IsLowSurrogate(characters[i + 1]))
            {
                i++;
            }
            else if (characters[i] == '\0' || char.IsSurrogate(characters[i]))
            {
                characters[i] = Replacement;
                replaced++;
            }
        }

        return new string(characters);
    }

    // An escape and its replacement are both six bytes long, so the copy is changed in place.
    private static ReadOnlyMemory<byte> OfEscapes(ReadOnlyMemory<byte> json, ref int replaced)
    {
        var source = json.Span;
        byte[]? copy = null;
        for (var i = 0; i < source.Length;)
        {
            var next = source[i..].IndexOf((byte)'\\');
            if (next < 0)
            {
                break;
            }

            i += next;
            if (!TryReadEscape(source, i, out var unit))
            {
                i += 2;
            }
            else if (char.IsHighSurrogate(unit) && TryReadEscape(source, i + 6, out var low) && char.IsLowSurrogate(low))
            {
                i += 12;
            }
            else
            {
                if (unit == '\0' || char.IsSurrogate(unit))
                {
                    copy ??= source.ToArray();
                    "\\uFFFD"u8.CopyTo(copy.AsSpan(i));
                    replaced++;
                }

                i += 6;
            }
        }

        return copy ?? json;
    }

    private static bool TryReadEscape(ReadOnlySpan<byte> source, int at, out char unit)
    {
        unit = default;
        if (at + 6 > source.Length || source[at] != '\\' || source[at + 1] != 'u'
            || !ushort.TryParse(source.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
