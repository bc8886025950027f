using EvalMarket.Core.Annotation;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>How often two reviewers of a session gave which two labels, as squares whose darkness is the share of all pairs.</summary>
internal static class AgreementMatrix
{
    public const int Left = 92;
    public const int Top = 28;
    public const int Cell = 76;
    public const int Gap = 4;

    public static int Width => Left + (EvalStatuses.All.Count * Cell);

    public static int Height => Top + (EvalStatuses.All.Count * Cell);

    /// <summary>The squares, row by row.</summary>
    public static IEnumerable<(EvalStatus Row, EvalStatus Column, long Count, int X, int Y, string Style)> Cells(AgreementResult result)
    {
        var most = Math.Max(1, result.Coincidences.Max());
        foreach (var (y, row) in EvalStatuses.All.Index())
        {
            foreach (var (x, column) in EvalStatuses.All.Index())
            {
                var count = Of(result, row, column);
                // Nothing, then four steps.
                var step = count == 0 ? 0 : (int)Math.Ceiling(4d * count / most);
                yield return (row, column, count, Left + (x * Cell), Top + (y * Cell), $"{(row == column ? "cell-same" : "cell-other")} cell-{step}");
            }
        }
    }

    public static long Of(AgreementResult result, EvalStatus row, EvalStatus column) =>
        result.Coincidences[(QueueAgreement.IndexOf(row) * EvalStatuses.All.Count) + QueueAgreement.IndexOf(column)];
}
