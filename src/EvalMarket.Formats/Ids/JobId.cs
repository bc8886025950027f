using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>A background job. <c>job_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<JobId>))]
public readonly record struct JobId(string Value) : ITypeId<JobId>, IComparable<JobId>
{
    public static string Prefix => "job";

    public static JobId FromTrusted(string value) => new(value);

    public static bool operator <(JobId left, JobId right) => left.CompareTo(right) < 0;

    public static bool operator >(JobId left, JobId right) => left.CompareTo(right) > 0;

    public static bool operator <=(JobId left, JobId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(JobId left, JobId right) => left.CompareTo(right) >= 0;

    public int CompareTo(JobId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
