using System.Buffers;
using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets;

/// <summary>The free JSON of an item.</summary>
public static class JsonObjects
{
    /// <summary><c>{}</c></summary>
    public static JsonElement Empty { get; } = JsonElement.Parse("{}"u8);

    /// <summary>True for an object without members.</summary>
    public static bool IsEmpty(JsonElement element) => element.ValueKind != JsonValueKind.Object || element.GetPropertyCount() == 0;

    /// <summary>The object with further members behind its own. Own members win.</summary>
    public static JsonElement With(JsonElement element, IReadOnlyCollection<KeyValuePair<string, JsonElement>> further)
    {
        if (further.Count == 0)
        {
            return element;
        }

        return Make(writer =>
        {
            foreach (var property in element.EnumerateObject())
            {
                writer.WritePropertyName(property.Name);
                JsonText.WriteElement(writer, property.Value);
            }

            foreach (var (name, value) in further.Where(member => !element.TryGetProperty(member.Key, out _)).DistinctBy(member => member.Key))
            {
                writer.WritePropertyName(name);
                JsonText.WriteElement(writer, value);
            }
        });
    }

    /// <summary>An object of whose members <paramref name="members"/> writes.</summary>
    internal static JsonElement Make(Action<Utf8JsonWriter> members)
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

    /// <summary>A text as a JSON value.</summary>
    public static JsonElement OfText(string text)
    {
        var buffer = new ArrayBufferWriter<byte>(text.Length + 2);
        JsonText.WriteText(buffer, text);
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>JSON without insignificant space, as text.</summary>
    public static string Compact(JsonElement value) => MakeText(writer => JsonText.WriteElement(writer, value));

    /// <summary>The text of the JSON that <paramref name="write"/> writes.</summary>
    internal static string MakeText(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.WriterOptions))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>What a person would write for a value: a text as it is, the single entry of a list, everything else as JSON.</summary>
    public static string AsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.Array when value.GetArrayLength() == 1 => AsText(value[0]),
        _ => Compact(value),
    };
}
