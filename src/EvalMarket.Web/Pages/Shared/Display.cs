using System.Globalization;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Web.Pages.Shared;

/// <summary>How numbers, sizes and times are written everywhere. A missing value is an en dash.</summary>
public static class Display
{
    public const string None = "–";

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>1284 is "1,284".</summary>
    public static string Number(long? value) => value?.ToString("N0", Culture) ?? None;

    /// <summary>For a narrow column: from ten millions on "12.3 M", from ten billions on "12.3 B".</summary>
    public static string Short(long? value) => value switch
    {
        >= 10_000_000_000 => (value.Value / 1e9).ToString("N1", Culture) + " B",
        >= 10_000_000 => (value.Value / 1e6).ToString("N1", Culture) + " M",
        _ => Number(value),
    };

    /// <summary>"1 session", "1,284 sessions".</summary>
    public static string Count(long value, string singular, string? plural = null) =>
        $"{Number(value)} {(value == 1 ? singular : plural ?? singular + "s")}";

    /// <summary>US dollars: "$0.91"; under a cent with four digits: "$0.0042".</summary>
    public static string Cost(decimal? dollars) => dollars switch
    {
        null => None,
        > 0 and < 0.01m => "$" + dollars.Value.ToString("0.0000", Culture),
        _ => "$" + dollars.Value.ToString("N2", Culture),
    };

    /// <summary>For a narrow column: from a thousand dollars on without cents.</summary>
    public static string ShortCost(decimal? dollars) => dollars >= 1_000m ? "$" + dollars.Value.ToString("N0", Culture) : Cost(dollars);

    /// <summary>Milliseconds as "340 ms", "3.4 s", "48 s", "23 min", "1 h 12 min", "2 d 3 h".</summary>
    public static string Duration(long? milliseconds)
    {
        if (milliseconds is not { } value)
            return None;
        var span = TimeSpan.FromMilliseconds(value);
        return span switch
        {
            { TotalSeconds: < 1 } => $"{value} ms",
            { TotalSeconds: < 10 } => $"{span.TotalSeconds.ToString("0.#", Culture)} s",
            { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
            { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
            { TotalHours: < 24 } => span.Minutes == 0 ? $"{span.Hours} h" : $"{span.Hours} h {span.Minutes} min",
            _ => span.Hours == 0 ? $"{span.Days} d" : $"{span.Days} d {span.Hours} h",
        };
    }

    /// <summary>Bytes as "512 B", "31 KB", "4.1 MB", "2.2 GB", in powers of 1024.</summary>
    public static string Bytes(long? bytes) => bytes switch
    {
        null => None,
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => $"{(bytes.Value / 1024d).ToString("0", Culture)} KB",
        < 1024L * 1024 * 1024 => $"{(bytes.Value / 1024d / 1024).ToString("0.#", Culture)} MB",
        _ => $"{(bytes.Value / 1024d / 1024 / 1024).ToString("0.#", Culture)} GB",
    };

    /// <summary>"12 min ago", "yesterday", "18 Nov", "in 41 days". wwwroot-src/ts/time.ts says the same words.</summary>
    public static string Relative(DateTimeOffset then, DateTimeOffset now)
    {
        var past = now - then;
        if (past < TimeSpan.Zero)
        {
            return past.Negate() switch
            {
                { TotalMinutes: < 1 } => "now",
                { TotalHours: < 1 } ahead => $"in {ahead.Minutes} min",
                { TotalDays: < 1 } ahead => $"in {ahead.Hours} h",
                { TotalDays: < 60 } ahead => $"in {Count(ahead.Days, "day")}",
                _ => Date(then, now),
            };
        }
        return past switch
        {
            { TotalMinutes: < 1 } => "just now",
            { TotalHours: < 1 } => $"{past.Minutes} min ago",
            { TotalDays: < 1 } => $"{past.Hours} h ago",
            { TotalDays: < 2 } => "yesterday",
            { TotalDays: < 7 } => $"{past.Days} days ago",
            _ => Date(then, now),
        };
    }

    /// <summary>"2026-11-20 14:31:08 UTC".</summary>
    public static string Exact(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", Culture);

    /// <summary>The word for a label: "Needs review".</summary>
    public static string Label(EvalStatus status) => status switch
    {
        EvalStatus.Golden => "Golden",
        EvalStatus.Correct => "Correct",
        EvalStatus.Incorrect => "Incorrect",
        EvalStatus.NeedsReview => "Needs review",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Unknown status."),
    };

    /// <summary>The part of CSS classes and glyph names that belongs to a label: <c>needs-review</c>.</summary>
    public static string LabelClass(EvalStatus status) => status.ToWire().Replace('_', '-');

    /// <summary>"Ines Okafor" is "IO", "ines@lantern.example" is "I".</summary>
    public static string Initials(string name)
    {
        var words = name.Split('@')[0].Split([' ', '.', '_', '-'], StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Take(2).Select(word => StringInfo.GetNextTextElement(word))).ToUpperInvariant();
    }

    private static string Date(DateTimeOffset then, DateTimeOffset now) =>
        then.UtcDateTime.ToString(then.UtcDateTime.Year == now.UtcDateTime.Year ? "d MMM" : "d MMM yyyy", Culture);
}
