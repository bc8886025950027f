using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Packages;

/// <summary>RFC 3339, UTC, milliseconds.</summary>
internal sealed class PackageTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Rfc3339.TryParse(reader.GetString(), out var time) ? time : throw new JsonException("Not an RFC 3339 time.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Rfc3339.Format(value));
}
