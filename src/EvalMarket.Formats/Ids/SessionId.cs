using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>A session. <c>ses_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<SessionId>))]
public readonly record struct SessionId(string Value) : ITypeId<SessionId>, IComparable<SessionId>
{
    public static string Prefix => "ses";

    public static SessionId FromTrusted(string value) => new(value);

    public static bool operator <(SessionId left, SessionId right) => left.CompareTo(right) < 0;

    public static bool operator >(SessionId left, SessionId right) => left.CompareTo(right) > 0;

    public static bool operator <=(SessionId left, SessionId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SessionId left, SessionId right) => left.CompareTo(right) >= 0;

    public int CompareTo(SessionId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
