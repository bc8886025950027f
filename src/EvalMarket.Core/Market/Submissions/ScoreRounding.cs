using EvalMarket.Formats.Bundles;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>
/// How exact an overall score is told. Where only the overall is revealed, and there are a hundred tasks or more, it is told in whole points: one answer moves it by less than that,
/// so it does not say whether a single answer was right. Otherwise two decimals.
/// </summary>
public static class ScoreRounding
{
    private const int TasksThatHideOne = 100;

    public static decimal Overall(decimal score, int tasks, Reveal reveal) => Round(score, IsCoarse(tasks, reveal) ? 0 : 2);

    public static decimal? Overall(decimal? score, int tasks, Reveal reveal) => score is { } known ? Overall(known, tasks, reveal) : null;

    /// <summary>Of a share, 0–1.</summary>
    public static decimal? Rate(decimal? rate, int tasks, Reveal reveal) => rate is { } known ? Round(known, IsCoarse(tasks, reveal) ? 2 : 4) : null;

    private static bool IsCoarse(int tasks, Reveal reveal) => reveal == Reveal.Overall && tasks >= TasksThatHideOne;

    private static decimal Round(decimal value, int decimals) => Math.Round(value, decimals, MidpointRounding.AwayFromZero);
}
