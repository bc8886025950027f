using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// The first JSON value of a sample, be it an object or a list, on one line or many: what stands before the sample's end (or before the first
/// thing that is no JSON) is read as if every bracket that is still open closed there.
/// </summary>
internal static class SampleDocument
{
    private const int MostObjects = 20;

    /// <summary>
    /// The objects in which a transcript may stand: the object at the root, or those in a list at the root. Of an object around a list, those in the
    /// list too.
    /// </summary>
    /// <param name="sample">The file's beginning.</param>
    /// <param name="listName">Property of an object at the root that may hold the list.</param>
    public static IReadOnlyList<JsonElement> Objects(TranscriptSample sample, string? listName = null)
    {
        if (Root(sample) is not { } root)
        {
            return [];
        }

        var items = root.ValueKind == JsonValueKind.Array ? root.Items : listName is null ? [root] : (root.Member(listName)?.Items ?? []).Prepend(root);
        return [.. items.Where(item => item.ValueKind == JsonValueKind.Object).Take(MostObjects)];
    }

    /// <summary>The object at the root; null when there is none.</summary>
    public static JsonElement? Object(TranscriptSample sample) => Root(sample) is { ValueKind: JsonValueKind.Object } root ? root : null;

    private static JsonElement? Root(TranscriptSample sample)
    {
        var head = sample.Head;
        if (head.Span.StartsWith("\uFEFF"u8))
        {
            head = head[3..];
        }

        var text = WellFormedText.OfJson(head, out _).Span;
        if (text.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..])
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(Closed(text));
        }
        catch (JsonException)
        {
            // Nothing whole, or a name that stands twice.
            return null;
        }
    }

    /// <summary>The text up to its last whole value, and what closes the brackets that are open there.</summary>
    private static byte[] Closed(ReadOnlySpan<byte> text)
    {
        Stack<byte> open = [];
        var whole = 0;
        var reader = new Utf8JsonReader(text, isFinalBlock: false, state: default);
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        open.Push((byte)'}');
                        break;
                    case JsonTokenType.StartArray:
                        open.Push((byte)']');
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        open.Pop();
                        break;
                    case JsonTokenType.PropertyName:
                        continue;
                }

                whole = (int)reader.BytesConsumed;
                if (open.Count == 0)
                {
                    break;
                }
            }
        }
        catch (JsonException)
        {
            // What came before it may say enough.
        }

        return [.. text[..whole], .. open];
    }
}
