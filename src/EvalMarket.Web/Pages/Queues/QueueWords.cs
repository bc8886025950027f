using System.Globalization;
using EvalMarket.Core.Annotation;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>Queues in words and colours.</summary>
internal static class QueueWords
{
    private const double Whole = 1_000;

    /// <summary>The pieces of a queue's bar, in thousandths of its width.</summary>
    public static IEnumerable<(string Name, string Fill, int Count, double X, double Width)> Parts(QueueNumbers numbers)
    {
        var x = 0d;
        foreach (var (name, fill, count) in new[]
        {
            ("done", "fill-correct", numbers.Done),
            ("to decide", "fill-incorrect", numbers.Conflicts),
            ("begun", "fill-accent", numbers.Begun),
            ("waiting", "fill-none", numbers.Waiting - numbers.Begun),
        })
        {
            if (count > 0)
            {
                var width = Whole * count / numbers.Sessions;
                yield return (name, fill, count, Math.Round(x, 2), Math.Round(width, 2));
                x += width;
            }
        }
    }

    public static string Of(QueueItemFilter filter) => filter switch
    {
        QueueItemFilter.Waiting => "Waiting",
        QueueItemFilter.Conflict => "To decide",
        QueueItemFilter.Done => "Done",
        QueueItemFilter.Flagged => "Flagged",
        QueueItemFilter.Skipped => "Skipped",
        _ => "All",
    };

    public static int Count(QueueNumbers numbers, QueueItemFilter filter) => filter switch
    {
        QueueItemFilter.Waiting => numbers.Waiting,
        QueueItemFilter.Conflict => numbers.Conflicts,
        QueueItemFilter.Done => numbers.Done,
        QueueItemFilter.Flagged => numbers.Flagged,
        QueueItemFilter.Skipped => numbers.Skipped,
        _ => numbers.Sessions,
    };

    /// <summary>"12", or "1,000+" where counting stopped.</summary>
    public static string Open(int count) => Display.Number(count) + (count == QueueDirectory.MostCounted ? "+" : "");

    /// <summary>"0.62", or a dash where there is none.</summary>
    public static string Kappa(Kappa kappa) => kappa.Value?.ToString("0.00", CultureInfo.InvariantCulture) ?? Display.None;

    public static string Percent(double? share) => share is { } value ? $"{(value * 100).ToString("0", CultureInfo.InvariantCulture)} %" : Display.None;

    /// <summary>What a κ is usually called (Landis and Koch, 1977).</summary>
    public static string Strength(Kappa kappa) => kappa switch
    {
        { Value: null, Observed: null } => "nothing to compare yet",
        { Value: null } => "everybody gave the same label, so chance cannot be told from agreement",
        { Value: < 0 } => "less than by chance",
        { Value: < 0.2 } => "slight agreement",
        { Value: < 0.4 } => "fair agreement",
        { Value: < 0.6 } => "moderate agreement",
        { Value: < 0.8 } => "substantial agreement",
        _ => "almost perfect agreement",
    };

    public static string Of(ConsensusConflict conflict) => conflict switch
    {
        ConsensusConflict.Status => "the labels differ",
        ConsensusConflict.ExpectedOutput => "the expected outputs differ",
        _ => "a reviewer flagged it",
    };

    /// <summary>What became of an import, the refused ones with the reason.</summary>
    public static ToastMessage Added(QueueImportResult result, string queue)
    {
        var details = new[]
        {
            result.AlreadyThere > 0 ? $"{Display.Number(result.AlreadyThere)} were in the queue already." : null,
            result.NotLinked.Count > 0 ? $"{Display.Count(result.NotLinked.Count, "item")} left out. {result.NotLinked.Reason}" : null,
            result.NotFound.Count > 0 ? $"{Display.Count(result.NotFound.Count, "session")} not here any more." : null,
        };
        return new ToastMessage($"{Display.Count(result.Added, "session")} added")
        {
            Tone = "good",
            Detail = details.Any(detail => detail is not null) ? string.Join(' ', details.OfType<string>()) : null,
            Undo = result.Import is { } import ? new ToastUndo($"{queue}?handler=undo")
            {
                Fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["import"] = import.ToString(System.Globalization.CultureInfo.InvariantCulture) },
            } : null,
        };
    }

    /// <summary>Why a session waits for a decision: "the labels differ, a reviewer flagged it".</summary>
    public static string Why(IReadOnlyList<QueueReviewRow> said)
    {
        var reviews = said.Where(review => review.IsReview).Select(review => (review.Reviewer, QueueReviews.LabelsOf(review))).ToList();
        return reviews.Count == 0 ? "" : string.Join(", ", Consensus.Of(reviews).Conflicts.Select(Of));
    }
}
