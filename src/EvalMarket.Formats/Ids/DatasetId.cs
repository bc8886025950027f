using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>A dataset. <c>ds_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<DatasetId>))]
public readonly record struct DatasetId(string Value) : ITypeId<DatasetId>, IComparable<DatasetId>
{
    public static string Prefix => "ds";

    public static DatasetId FromTrusted(string value) => new(value);

    public static bool operator <(DatasetId left, DatasetId right) => left.CompareTo(right) < 0;

    public static bool operator >(DatasetId left, DatasetId right) => left.CompareTo(right) > 0;

    public static bool operator <=(DatasetId left, DatasetId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DatasetId left, DatasetId right) => left.CompareTo(right) >= 0;

    public int CompareTo(DatasetId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
