using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>A message of a session. <c>msg_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<MessageId>))]
public readonly record struct MessageId(string Value) : ITypeId<MessageId>, IComparable<MessageId>
{
    public static string Prefix => "msg";

    public static MessageId FromTrusted(string value) => new(value);

    public static bool operator <(MessageId left, MessageId right) => left.CompareTo(right) < 0;

    public static bool operator >(MessageId left, MessageId right) => left.CompareTo(right) > 0;

    public static bool operator <=(MessageId left, MessageId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(MessageId left, MessageId right) => left.CompareTo(right) >= 0;

    public int CompareTo(MessageId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
