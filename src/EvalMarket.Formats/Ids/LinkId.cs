using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>A public link to one item. <c>lnk_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<LinkId>))]
public readonly record struct LinkId(string Value) : ITypeId<LinkId>, IComparable<LinkId>
{
    public static string Prefix => "lnk";

    public static LinkId FromTrusted(string value) => new(value);

    public static bool operator <(LinkId left, LinkId right) => left.CompareTo(right) < 0;

    public static bool operator >(LinkId left, LinkId right) => left.CompareTo(right) > 0;

    public static bool operator <=(LinkId left, LinkId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LinkId left, LinkId right) => left.CompareTo(right) >= 0;

    public int CompareTo(LinkId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
