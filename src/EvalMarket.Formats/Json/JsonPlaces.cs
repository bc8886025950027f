using System.Text.Json;

namespace EvalMarket.Formats.Json;

/// <summary>Where in a JSON text a pointer's value stands. For messages, so it may take the time to read the text again.</summary>
internal static class JsonPlaces
{
    /// <summary>Lines before it and bytes before it in its line, both from 0. What does not exist is where the last part of the pointer that does exist begins.</summary>
    public static (long Line, long Column) Find(ReadOnlySpan<byte> json, ReadOnlySpan<char> pointer)
    {
        var at = 0;
        if (pointer.Length > 1 && json.Length > 0)
        {
            try
            {
                at = Offset(json, pointer[1..].ToString().Split('/'));
            }
            catch (JsonException)
            {
                // A text that is no JSON has no places but its beginning.
                at = 0;
            }
        }

        var before = json[..at];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n'), at - lineStart);
    }

    private static int Offset(ReadOnlySpan<byte> json, string[] segments)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
        reader.Read();
        var at = (int)reader.TokenStartIndex;
        foreach (var segment in segments)
        {
            if (!TryEnter(ref reader, segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
            {
                break;
            }

            at = (int)reader.TokenStartIndex;
        }

        return at;
    }

    private static bool TryEnter(ref Utf8JsonReader reader, string segment)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = reader.ValueTextEquals(segment);
                reader.Read();
                if (isIt)
                {
                    return true;
                }

                reader.Skip();
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray && int.TryParse(segment, out var index))
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                if (i == index)
                {
                    return true;
                }

                reader.Skip();
            }
        }

        return false;
    }
}
