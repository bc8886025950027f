using System.Text.Json;
using System.Text.Json.Serialization;

namespace EvalMarket.Core.Storage;

/// <summary>A blob path in JSON is its text.</summary>
internal sealed class BlobPathJsonConverter : JsonConverter<BlobPath>
{
    public override BlobPath Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        BlobPath.TryParse(reader.GetString(), out var path) ? path : throw new JsonException("Not a blob path.");

    public override void Write(Utf8JsonWriter writer, BlobPath value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
