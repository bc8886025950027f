using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>A run of a model over a dataset. <c>run_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<RunId>))]
public readonly record struct RunId(string Value) : ITypeId<RunId>, IComparable<RunId>
{
    public static string Prefix => "run";

    public static RunId FromTrusted(string value) => new(value);

    public static bool operator <(RunId left, RunId right) => left.CompareTo(right) < 0;

    public static bool operator >(RunId left, RunId right) => left.CompareTo(right) > 0;

    public static bool operator <=(RunId left, RunId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RunId left, RunId right) => left.CompareTo(right) >= 0;

    public int CompareTo(RunId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
