using System.Globalization;
using EvalMarket.Core.Runs;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Runs;

/// <summary>The distribution of scores as bars, drawn on a field of 708 by 172.</summary>
internal sealed class ScoreBars(ScoreHistogram histogram)
{
    public const int Left = 40;
    public const int Right = 700;
    public const int Bottom = 150;

    private const int Top = 20;
    private const int Gap = 4;

    private readonly long most = Math.Max(1, histogram.Counts.Max());

    public string Title => $"Scores of {Display.Count(histogram.Counts.Sum(), "item")} in {histogram.Counts.Count} steps from {RunWords.Score(histogram.From)} to {RunWords.Score(histogram.To)}";

    /// <summary>Each bar with the words that say its number.</summary>
    public IEnumerable<(string X, string Y, string Width, string Height, string Words, long Count)> Bars()
    {
        var width = (double)(Right - Left) / histogram.Counts.Count;
        for (var i = 0; i < histogram.Counts.Count; i++)
        {
            var height = (double)histogram.Counts[i] / most * (Bottom - Top);
            yield return (Number(Left + (i * width) + (Gap / 2)), Number(Bottom - height), Number(width - Gap), Number(height), $"{Bound(i)} to {Bound(i + 1)}", histogram.Counts[i]);
        }
    }

    /// <summary>Numbers under the axis.</summary>
    public IEnumerable<(string X, string Text)> Ticks()
    {
        for (var i = 0; i <= histogram.Counts.Count; i += 2)
        {
            yield return (Number(Left + ((double)(Right - Left) * i / histogram.Counts.Count)), Bound(i));
        }
    }

    public string Most => Display.Number(most);

    public static int MostY => Top;

    private string Bound(int step) => RunWords.Score(histogram.From + ((histogram.To - histogram.From) * step / histogram.Counts.Count));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
