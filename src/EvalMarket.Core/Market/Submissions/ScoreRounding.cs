using EvalMarket.Formats.Bundles;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>
/// How exact an overall score is told. Where only the overall is revealed, and there are a hundred tasks or more, it is told in steps (two points up to 200 tasks, then one): a single answer moves it by
/// half a step at most, so what one answer alone is worth cannot be seen. What several submissions together can tell, the quota bounds. Otherwise two decimals.
/// </summary>
public static class ScoreRounding
{
    private const int TasksThatHideOne = 100;
    private const int TasksThatHideOneInAPoint = 200;

    public static decimal Overall(decimal score, int tasks, Reveal reveal) => Step(tasks, reveal) is { } step
        ? Math.Round(score / step, MidpointRounding.ToEven) * step
        : Math.Round(score, 2, MidpointRounding.AwayFromZero);

    public static decimal? Overall(decimal? score, int tasks, Reveal reveal) => score is { } known ? Overall(known, tasks, reveal) : null;

    /// <summary>Of a share, 0–1: as exact as the score, in hundredths of it.</summary>
    public static decimal? Rate(decimal? rate, int tasks, Reveal reveal) => rate is { } known ? Overall(known * 100, tasks, reveal) / 100 : null;

    private static decimal? Step(int tasks, Reveal reveal) => reveal != Reveal.Overall || tasks < TasksThatHideOne ? null : tasks <= TasksThatHideOneInAPoint ? 2 : 1;
}
