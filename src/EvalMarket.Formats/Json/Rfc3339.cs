using System.Globalization;

namespace EvalMarket.Formats.Json;

/// <summary>The one way in which times are written and read: RFC 3339, given out in UTC with milliseconds.</summary>
public static class Rfc3339
{
    private const string Layout = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(Layout, CultureInfo.InvariantCulture);

    /// <summary>Reads a time with an offset (or Z). Fractions beyond milliseconds are cut; the result is in UTC.</summary>
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        // 2026-01-02T03:04:05Z is the shortest.
        if (text is null || text.Length is < 20 or > 64 || text[10] is not ('T' or 't' or ' '))
        {
            return false;
        }

        var rest = text.AsSpan(19);
        var milliseconds = 0;
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0)
            {
                return false;
            }

            var scale = 100;
            foreach (var digit in rest.Slice(1, Math.Min(digits, 3)))
            {
                milliseconds += (digit - '0') * scale;
                scale /= 10;
            }

            rest = rest[(digits + 1)..];
        }

        if (!TryParseOffset(rest, out var offset)
            || !DateTime.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            || !TimeSpan.TryParseExact(text.AsSpan(11, 8), "hh\\:mm\\:ss", CultureInfo.InvariantCulture, out var clock))
        {
            return false;
        }

        var ticks = date.Ticks + clock.Ticks + (milliseconds * TimeSpan.TicksPerMillisecond) - offset.Ticks;
        if (ticks < DateTimeOffset.MinValue.Ticks || ticks > DateTimeOffset.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryParseOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ('+' or '-')
            || !TimeSpan.TryParseExact(text[1..], "hh\\:mm", CultureInfo.InvariantCulture, out offset))
        {
            return false;
        }

        if (text[0] == '-')
        {
            offset = -offset;
        }

        return true;
    }
}
