using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>How many sessions match, in words.</summary>
internal static class TotalWords
{
    /// <summary>Numbers that are not exact are shown in steps of this.</summary>
    private const long Rounding = 100;

    /// <summary>"1,284", or "1,800+" where counting went only so far.</summary>
    public static string Of(SessionTotal total) =>
        total.IsAtLeast ? $"{Display.Number(total.Number < Rounding ? total.Number : total.Number / Rounding * Rounding)}+" : Display.Number(total.Number);

    /// <summary>"4 of 87".</summary>
    public static string Of(QueueProgress progress) =>
        progress.Place is { } place ? $"{Display.Number(place)} of {Of(progress.Listed)}" : $"of {Of(progress.Listed)}";
}
