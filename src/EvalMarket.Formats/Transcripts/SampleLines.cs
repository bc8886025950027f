using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// The top-level members of one line of a sample, as far as the sample goes: a first line of several megabytes still shows its first keys.
/// </summary>
internal sealed class SampleLine(IReadOnlyDictionary<string, JsonTokenType> keys, IReadOnlyDictionary<string, string> texts)
{
    /// <summary>Kind of value of each key.</summary>
    public IReadOnlyDictionary<string, JsonTokenType> Keys => keys;

    public bool Has(string key) => keys.ContainsKey(key);

    public bool IsObject(string key) => keys.TryGetValue(key, out var type) && type == JsonTokenType.StartObject;

    public bool IsArray(string key) => keys.TryGetValue(key, out var type) && type == JsonTokenType.StartArray;

    /// <summary>The text of a key, or null when it is no text.</summary>
    public string? Text(string key) => texts.GetValueOrDefault(key);
}

/// <summary>Looks at the lines of a sample without needing whole ones.</summary>
internal static class SampleLines
{
    private const int MostLines = 200;

    /// <summary>The lines that begin as JSON objects. Lines that are something else are passed over.</summary>
    public static IEnumerable<SampleLine> Objects(TranscriptSample sample)
    {
        var rest = sample.Head;
        if (rest.Span.StartsWith("\uFEFF"u8))
        {
            rest = rest[3..];
        }

        // One document over several lines, or a list: its inner lines may look like records, but are none.
        var text = rest.Span.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] == '[' || (text[0] == '{' && text[1..].TrimStart(" \t"u8) is [] or [(byte)'\r' or (byte)'\n', ..]))
        {
            yield break;
        }

        for (var count = 0; count < MostLines && !rest.IsEmpty; count++)
        {
            var end = rest.Span.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            // The last line may be cut by the sample's end; its first keys still count.
            if (TryRead(WellFormedText.OfJson(line, out _).Span, isWhole: end >= 0 || sample.IsWhole) is { } found)
            {
                yield return found;
            }
        }
    }

    private static SampleLine? TryRead(ReadOnlySpan<byte> line, bool isWhole)
    {
        Dictionary<string, JsonTokenType> keys = [];
        Dictionary<string, string> texts = [];
        var reader = new Utf8JsonReader(line, isFinalBlock: false, state: default);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                if (!reader.Read())
                {
                    break;
                }

                keys[key] = reader.TokenType;
                if (reader.TokenType == JsonTokenType.String)
                {
                    texts[key] = reader.GetString()!;
                }

                if (!reader.TrySkip())
                {
                    break;
                }
            }

            return !isWhole || reader is { TokenType: JsonTokenType.EndObject, CurrentDepth: 0 } ? new SampleLine(keys, texts) : null;
        }
        catch (JsonException)
        {
            // No JSON: not a line that says anything about the format.
            return null;
        }
    }
}
