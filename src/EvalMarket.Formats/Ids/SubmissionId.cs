using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>Responses that a buyer sent to a listing. <c>sub_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<SubmissionId>))]
public readonly record struct SubmissionId(string Value) : ITypeId<SubmissionId>, IComparable<SubmissionId>
{
    public static string Prefix => "sub";

    public static SubmissionId FromTrusted(string value) => new(value);

    public static bool operator <(SubmissionId left, SubmissionId right) => left.CompareTo(right) < 0;

    public static bool operator >(SubmissionId left, SubmissionId right) => left.CompareTo(right) > 0;

    public static bool operator <=(SubmissionId left, SubmissionId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SubmissionId left, SubmissionId right) => left.CompareTo(right) >= 0;

    public int CompareTo(SubmissionId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
