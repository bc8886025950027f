using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>An annotation queue. <c>que_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<QueueId>))]
public readonly record struct QueueId(string Value) : ITypeId<QueueId>, IComparable<QueueId>
{
    public static string Prefix => "que";

    public static QueueId FromTrusted(string value) => new(value);

    public static bool operator <(QueueId left, QueueId right) => left.CompareTo(right) < 0;

    public static bool operator >(QueueId left, QueueId right) => left.CompareTo(right) > 0;

    public static bool operator <=(QueueId left, QueueId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(QueueId left, QueueId right) => left.CompareTo(right) >= 0;

    public int CompareTo(QueueId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
