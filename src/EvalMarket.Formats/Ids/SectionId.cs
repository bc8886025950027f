using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>A section of a dataset. <c>sec_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<SectionId>))]
public readonly record struct SectionId(string Value) : ITypeId<SectionId>, IComparable<SectionId>
{
    public static string Prefix => "sec";

    public static SectionId FromTrusted(string value) => new(value);

    public static bool operator <(SectionId left, SectionId right) => left.CompareTo(right) < 0;

    public static bool operator >(SectionId left, SectionId right) => left.CompareTo(right) > 0;

    public static bool operator <=(SectionId left, SectionId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SectionId left, SectionId right) => left.CompareTo(right) >= 0;

    public int CompareTo(SectionId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
