using System.Globalization;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Data;

/// <summary>Values that lists are ordered by, as text and back.</summary>
internal static class OrderedKeys
{
    internal delegate bool Reader<T>(string text, out T value);

    public static string Time(DateTimeOffset time) => time.UtcTicks.ToString(CultureInfo.InvariantCulture);

    public static bool TryTime(string text, out DateTimeOffset time)
    {
        var isTime = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks;
        time = isTime ? new DateTimeOffset(ticks, TimeSpan.Zero) : default;
        return isTime;
    }

    public static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    public static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    public static bool TryCount(string text, out int count) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out count);

    public static bool TryCount(string text, out long count) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out count);

    /// <summary>Reads texts of this length at most.</summary>
    public static Reader<string> TextUpTo(int length) => (string text, out string value) =>
    {
        value = text;
        // What no database can hold (a cursor can be made up).
        return text.Length <= length && !text.Contains('\0', StringComparison.Ordinal);
    };

    public static bool TryId<TId>(string text, out TId id)
        where TId : struct, ITypeId<TId> => TypeId.TryParse(text, out id);
}
