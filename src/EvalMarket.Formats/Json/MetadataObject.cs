using System.Buffers;
using System.Text.Json;

namespace EvalMarket.Formats.Json;

/// <summary>Puts a JSON object together from members that come from elsewhere.</summary>
internal static class MetadataObject
{
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
                    case string text:
                        JsonText.WriteText(writer, text);
                        break;
                    case long number:
                        writer.WriteNumberValue(number);
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
