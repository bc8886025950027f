using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets;

/// <summary>
/// What an item says: input, output, context, history, participant data, session state and assets. Its id, source, metadata and the optional
/// members are not content. The order of members in free JSON does not matter here; how a number is written does.
/// </summary>
public static class ItemContent
{
    public static bool AreEqual(DatasetItem left, DatasetItem right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        return left.Input == right.Input && left.Output == right.Output
            && left.History.SequenceEqual(right.History) && left.Assets.SequenceEqual(right.Assets)
            && Normalized(left).AsSpan().SequenceEqual(Normalized(right));
    }

    /// <summary>SHA-256 of the content, 32 bytes; equal exactly when <see cref="AreEqual"/> is true.</summary>
    public static byte[] Hash(DatasetItem item) => SHA256.HashData(Normalized(item));

    private static byte[] Normalized(DatasetItem item)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, JsonText.WriterOptions))
        {
            writer.WriteStartArray();
            JsonText.WriteText(writer, item.Input);
            JsonText.WriteText(writer, item.Output);
            WriteSorted(writer, item.Context);
            writer.WriteStartArray();
            foreach (var message in item.History)
            {
                DatasetItemWriter.Write(writer, message);
            }

            writer.WriteEndArray();
            WriteSorted(writer, item.ParticipantData);
            WriteSorted(writer, item.SessionState);
            writer.WriteStartArray();
            foreach (var asset in item.Assets)
            {
                DatasetItemWriter.Write(writer, asset);
            }

            writer.WriteEndArray();
            writer.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteSorted(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    WriteSorted(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var entry in element.EnumerateArray())
                {
                    WriteSorted(writer, entry);
                }

                writer.WriteEndArray();
                break;
            default:
                JsonText.WriteElement(writer, element);
                break;
        }
    }
}
