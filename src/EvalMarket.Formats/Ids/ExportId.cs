using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Ids;

/// <summary>An export that was asked for. <c>exp_…</c></summary>
[JsonConverter(typeof(TypeIdJsonConverter<ExportId>))]
public readonly record struct ExportId(string Value) : ITypeId<ExportId>, IComparable<ExportId>
{
    public static string Prefix => "exp";

    public static ExportId FromTrusted(string value) => new(value);

    public static bool operator <(ExportId left, ExportId right) => left.CompareTo(right) < 0;

    public static bool operator >(ExportId left, ExportId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ExportId left, ExportId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ExportId left, ExportId right) => left.CompareTo(right) >= 0;

    public int CompareTo(ExportId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
