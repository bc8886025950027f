using EvalMarket.Core.Annotation;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>The settings of a queue as a form sends them.</summary>
internal sealed class QueueForm
{
    /// <summary>Fields by the JSON pointer of an error.</summary>
    public static IReadOnlyDictionary<string, string> Fields { get; } = new Dictionary<string, string>
    {
        ["/name"] = "Form.Name",
        ["/instructions"] = "Form.Instructions",
        ["/reviews_per_session"] = "Form.Reviews",
        ["has_reviews"] = "Form.Reviews",
        ["/reservation_minutes"] = "Form.Minutes",
    };

    public string? Name { get; set; }

    public string? Instructions { get; set; }

    public int? Reviews { get; set; } = 2;

    /// <summary>A box that is not ticked is not sent.</summary>
    public bool Blind { get; set; }

    public int? Minutes { get; set; } = QueueSettings.DefaultReservationMinutes;

    /// <summary>Ticked reviewers; none means everybody who may label.</summary>
    public List<string> Reviewers { get; set; } = [];

    public static QueueForm Of(QueueRow row) => new()
    {
        Name = row.Name,
        Instructions = row.Instructions,
        Reviews = row.ReviewsPerSession,
        Blind = row.IsBlind,
        Minutes = row.ReservationMinutes,
        Reviewers = [.. QueueRules.ReviewersOf(row)],
    };

    public QueueSettings ToSettings() => new()
    {
        Name = (Name ?? "").Trim(),
        Instructions = (Instructions ?? "").ReplaceLineEndings("\n"),
        // What is no number in the field is as good as none, and none is out of range.
        ReviewsPerSession = Reviews ?? 0,
        Blind = Blind,
        ReservationMinutes = Minutes ?? 0,
        Reviewers = Reviewers,
    };
}
