using System.Globalization;
using EvalMarket.Core.Runs;
using EvalMarket.Formats.Runs;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Runs;

/// <summary>How runs and their numbers are put into words.</summary>
internal static class RunWords
{
    public static string Percent(double? rate) => rate is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.#} %") : Display.None;

    public static string Score(double? score) => score?.ToString("0.###", CultureInfo.InvariantCulture) ?? Display.None;

    public static string Latency(double? milliseconds) => milliseconds is { } value ? Display.Duration((long)Math.Round(value)) : Display.None;

    public static string Status(RunStatus status) => status switch
    {
        RunStatus.Queued => "Queued",
        RunStatus.Running => "Running",
        RunStatus.Completed => "Completed",
        RunStatus.Failed => "Failed",
        _ => "Cancelled",
    };

    /// <summary>The part of CSS classes and glyph names that fits.</summary>
    public static string StatusClass(RunStatus status) => status switch
    {
        RunStatus.Completed => "correct",
        RunStatus.Failed or RunStatus.Cancelled => "incorrect",
        _ => "needs-review",
    };

    public static string Outcome(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Failed => "Failed",
        RunOutcome.Passed => "Passed",
        _ => "Not judged",
    };

    /// <summary>The part of CSS classes and glyph names that fits.</summary>
    public static string OutcomeClass(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Failed => "incorrect",
        RunOutcome.Passed => "correct",
        _ => "needs-review",
    };

    /// <summary>The difference of two rates in points: "+4.4", "−2".</summary>
    public static string Delta(double? before, double? after, double scale) =>
        before is { } from && after is { } to ? ((to - from) * scale).ToString("+0.##;−0.##;±0", CultureInfo.InvariantCulture) : "";

    /// <summary>Which way is good: up.</summary>
    public static string DeltaClass(double? before, double? after) => after > before ? "delta-up" : after < before ? "delta-down" : "soft";
}
