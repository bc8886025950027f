using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>A saved view of a list. <c>view_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<SavedViewId>))]
public readonly record struct SavedViewId(string Value) : ITypeId<SavedViewId>, IComparable<SavedViewId>
{
    public static string Prefix => "view";

    public static SavedViewId FromTrusted(string value) => new(value);

    public static bool operator <(SavedViewId left, SavedViewId right) => left.CompareTo(right) < 0;

    public static bool operator >(SavedViewId left, SavedViewId right) => left.CompareTo(right) > 0;

    public static bool operator <=(SavedViewId left, SavedViewId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SavedViewId left, SavedViewId right) => left.CompareTo(right) >= 0;

    public int CompareTo(SavedViewId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
