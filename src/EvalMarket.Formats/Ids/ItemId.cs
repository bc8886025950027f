using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>An item of a dataset. <c>itm_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<ItemId>))]
public readonly record struct ItemId(string Value) : ITypeId<ItemId>, IComparable<ItemId>
{
    public static string Prefix => "itm";

    public static ItemId FromTrusted(string value) => new(value);

    public static bool operator <(ItemId left, ItemId right) => left.CompareTo(right) < 0;

    public static bool operator >(ItemId left, ItemId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ItemId left, ItemId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ItemId left, ItemId right) => left.CompareTo(right) >= 0;

    public int CompareTo(ItemId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
