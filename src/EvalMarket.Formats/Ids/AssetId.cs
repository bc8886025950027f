using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>A file attached to items of a dataset. <c>ast_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<AssetId>))]
public readonly record struct AssetId(string Value) : ITypeId<AssetId>, IComparable<AssetId>
{
    public static string Prefix => "ast";

    public static AssetId FromTrusted(string value) => new(value);

    public static bool operator <(AssetId left, AssetId right) => left.CompareTo(right) < 0;

    public static bool operator >(AssetId left, AssetId right) => left.CompareTo(right) > 0;

    public static bool operator <=(AssetId left, AssetId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(AssetId left, AssetId right) => left.CompareTo(right) >= 0;

    public int CompareTo(AssetId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
