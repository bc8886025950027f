using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>An API key (its row, never the secret). <c>key_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<ApiKeyId>))]
public readonly record struct ApiKeyId(string Value) : ITypeId<ApiKeyId>, IComparable<ApiKeyId>
{
    public static string Prefix => "key";

    public static ApiKeyId FromTrusted(string value) => new(value);

    public static bool operator <(ApiKeyId left, ApiKeyId right) => left.CompareTo(right) < 0;

    public static bool operator >(ApiKeyId left, ApiKeyId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ApiKeyId left, ApiKeyId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ApiKeyId left, ApiKeyId right) => left.CompareTo(right) >= 0;

    public int CompareTo(ApiKeyId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
