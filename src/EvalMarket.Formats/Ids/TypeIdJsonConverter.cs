using System.Text.Json;
using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>Writes an id as its text; refuses text that is no id of this kind.</summary>
public sealed class TypeIdJsonConverter<T> : JsonConverter<T>
    where T : struct, ITypeId<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TypeId.TryParse<T>(reader.GetString(), out var id)
            ? id
            : throw new JsonException($"Not an id that starts with {T.Prefix}_.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
