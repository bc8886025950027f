using System.Buffers;
using System.Text.Json;

namespace EvalMarket.Formats.Json;

/// <summary>Puts a JSON object together from members that come from elsewhere.</summary>
internal static class MetadataObject
{
    /// <summary>Where a session says how many characters that are no text its source had.</summary>
    public const string ReplacedCharacters = "replaced_characters";

    /// <summary>An object of these properties, or null when there are none.</summary>
    public static JsonElement? Of(IReadOnlyCollection<JsonProperty> properties) => properties.Count == 0 ? null : Write(writer =>
    {
        foreach (var property in properties)
        {
            writer.WritePropertyName(property.Name);
            JsonText.WriteElement(writer, property.Value);
        }
    });

    /// <summary>An object of the values that are there, or null when none is.</summary>
    public static JsonElement? OfValues(params IEnumerable<KeyValuePair<string, object?>> members)
    {
        var there = members.Where(member => member.Value is not null).ToList();
        return there.Count == 0 ? null : Write(writer =>
        {
            foreach (var (name, value) in there)
            {
                writer.WritePropertyName(name);
                switch (value)
                {
                    case string single:
                        JsonText.WriteText(writer, single);
                        break;
                    case long number:
                        writer.WriteNumberValue(number);
                        break;
                    case IEnumerable<string> texts:
                        writer.WriteStartArray();
                        foreach (var text in texts)
                        {
                            JsonText.WriteText(writer, text);
                        }

                        writer.WriteEndArray();
                        break;
                    case JsonElement element:
                        JsonText.WriteElement(writer, element);
                        break;
                    default:
                        throw new ArgumentException($"No JSON for a {value!.GetType().Name}.", nameof(members));
                }
            }
        });
    }

    /// <summary>The same object with the number of replaced characters in it, when there are any.</summary>
    public static JsonElement? WithReplaced(JsonElement? metadata, int replaced) => replaced == 0 ? metadata : OfValues(
    [
        .. (metadata is { } given ? given.EnumerateObject() : Enumerable.Empty<JsonProperty>())
            .Where(property => property.Name != ReplacedCharacters)
            .Select(property => new KeyValuePair<string, object?>(property.Name, property.Value)),
        new(ReplacedCharacters, (long)replaced),
    ]);

    private static JsonElement Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.WriterOptions))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
