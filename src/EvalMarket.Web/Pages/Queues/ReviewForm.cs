using System.ComponentModel.DataAnnotations;
using EvalMarket.Core.Annotation;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>A review or a decision as a form sends it.</summary>
internal sealed class ReviewForm
{
    /// <summary>Wire name of the label; null when none was chosen.</summary>
    public string? Status { get; set; }

    /// <summary>Separated by commas.</summary>
    public string? Tags { get; set; }

    [DisplayFormat(ConvertEmptyStringToNull = false)]
    public string? Notes { get; set; }

    [DisplayFormat(ConvertEmptyStringToNull = false)]
    public string? Expected { get; set; }

    public string? Flag { get; set; }

    public static ReviewForm Of(QueueLabels? labels) => labels is null ? new ReviewForm() : new ReviewForm
    {
        Status = labels.Status.ToWire(),
        Tags = string.Join(", ", labels.Tags),
        Notes = labels.Notes,
        Expected = labels.ExpectedOutput,
        Flag = labels.Flag,
    };

    /// <summary>Null when no label was chosen.</summary>
    public QueueLabels? ToLabels() => EvalStatuses.TryParse(Status, out var status) ? new QueueLabels
    {
        Status = status,
        Tags = [.. (Tags ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)],
        Notes = Text(Notes),
        ExpectedOutput = Text(Expected),
        Flag = string.IsNullOrWhiteSpace(Flag) ? null : Flag.Trim(),
    } : null;

    /// <summary>Browsers send lines with \r\n.</summary>
    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.ReplaceLineEndings("\n");
}
