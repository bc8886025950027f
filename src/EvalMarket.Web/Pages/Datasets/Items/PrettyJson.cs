using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Json;

namespace EvalMarket.Web.Pages.Datasets.Items;

/// <summary>Free JSON of an item as people read and edit it.</summary>
internal static class PrettyJson
{
    private static readonly JsonWriterOptions Options = JsonText.WriterOptions with { Indented = true, NewLine = "\n" };

    /// <summary>Indented; "" for an empty object.</summary>
    public static string Of(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && JsonObjects.IsEmpty(value))
        {
            return "";
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            JsonText.WriteElement(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>Texts as they are, everything else as JSON on one line.</summary>
    public static string Value(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : JsonObjects.Compact(value);
}
