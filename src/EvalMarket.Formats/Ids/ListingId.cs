using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>A listing of the market. <c>lst_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<ListingId>))]
public readonly record struct ListingId(string Value) : ITypeId<ListingId>, IComparable<ListingId>
{
    public static string Prefix => "lst";

    public static ListingId FromTrusted(string value) => new(value);

    public static bool operator <(ListingId left, ListingId right) => left.CompareTo(right) < 0;

    public static bool operator >(ListingId left, ListingId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ListingId left, ListingId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ListingId left, ListingId right) => left.CompareTo(right) >= 0;

    public int CompareTo(ListingId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
