using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>An eval bundle: tasks, answers and reference files. <c>bun_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<BundleId>))]
public readonly record struct BundleId(string Value) : ITypeId<BundleId>, IComparable<BundleId>
{
    public static string Prefix => "bun";

    public static BundleId FromTrusted(string value) => new(value);

    public static bool operator <(BundleId left, BundleId right) => left.CompareTo(right) < 0;

    public static bool operator >(BundleId left, BundleId right) => left.CompareTo(right) > 0;

    public static bool operator <=(BundleId left, BundleId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BundleId left, BundleId right) => left.CompareTo(right) >= 0;

    public int CompareTo(BundleId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
