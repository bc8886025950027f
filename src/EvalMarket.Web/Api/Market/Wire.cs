using System.Globalization;
using System.Text.Json;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Market;

/// <summary>How the market's answers write what they have in common.</summary>
internal static class Wire
{
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeConverter.Format, CultureInfo.InvariantCulture);

    public static string? Time(DateTimeOffset? time) => time is { } known ? Time(known) : null;

    public static void WriteNumber(this Utf8JsonWriter writer, string name, decimal? value)
    {
        // 66.5 and not 66.50: the same number is always written the same.
        if (value is { } known)
            writer.WriteNumber(name, known / 1.0000000000000000000000000000m);
        else
            writer.WriteNull(name);
    }

    public static void WriteStrings(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
