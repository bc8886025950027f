using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>
/// What a label panel sends. What a button does is in <see cref="Do"/>; texts are saved with every one of them. The panel also sends what it
/// was made from, so that nobody's later change is overwritten unseen.
/// </summary>
internal sealed class LabelForm
{
    public const string Save = "save";
    public const string Next = "next";
    public const string UseAnswer = "use-answer";

    /// <summary>Drops what was typed and shows what is saved.</summary>
    public const string Theirs = "theirs";

    /// <summary>The panel stands beside a list.</summary>
    public const string InPeek = "peek";

    /// <summary>A row of a list without a panel.</summary>
    public const string InRow = "row";

    private const int MarkLength = 16;

    public string? Do { get; set; }

    /// <summary>Where the panel stands; null: on a page of its own or beside a conversation.</summary>
    public string? View { get; set; }

    /// <summary>Null when the form did not show the field; "" takes the notes away.</summary>
    [DisplayFormat(ConvertEmptyStringToNull = false)]
    public string? Notes { get; set; }

    [DisplayFormat(ConvertEmptyStringToNull = false)]
    public string? Expected { get; set; }

    public string? AddTag { get; set; }

    public string? RemoveTag { get; set; }

    /// <summary>Go on to the next session after a label.</summary>
    public bool GoOn { get; set; }

    /// <summary>What the panel showed when it was made: the label's wire name or "", and marks of the texts. Null: not said, and nothing is compared.</summary>
    [DisplayFormat(ConvertEmptyStringToNull = false)]
    public string? SeenStatus { get; set; }

    public string? SeenNotes { get; set; }

    public string? SeenExpected { get; set; }

    public bool IsLabel => EvalStatuses.TryParse(Do, out _);

    /// <summary>The panel goes on to the next session of the list when this is saved.</summary>
    public bool GoesOn => Do == Next || (IsLabel && GoOn);

    /// <summary>Stands for a text: the same for the same text, however a browser sends its lines.</summary>
    public static string MarkOf(string? text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(text ?? "") ?? "")))[..MarkLength];

    /// <summary>The change that the form stands for; what is wrong with it; or what of it somebody else changed meanwhile.</summary>
    /// <param name="row">The session as it is now.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="lastAnswer">What "use the actual answer" takes.</param>
    public LabelReading Read(SessionRow row, Limits limits, string? lastAnswer)
    {
        var tags = (AddTag ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var error = tags.Select(tag => SessionTags.Check(tag, limits)).FirstOrDefault(problem => problem is not null)
            ?? (Notes?.Length > limits.NoteLength || Expected?.Length > limits.NoteLength ? $"Notes and expected output have at most {limits.NoteLength:N0} characters." : null);
        var notes = Compare(Notes, SeenNotes, row.EvalNotes);
        var expected = Do == UseAnswer && lastAnswer is not null
            ? new FieldReading(new Given<string?>(lastAnswer), IsStale: true, IsConflict: false)
            : Compare(Expected, SeenExpected, row.ExpectedOutput);
        var label = EvalStatuses.TryParse(Do, out var status) ? new Given<EvalStatus?>(status) : default(Given<EvalStatus?>?);
        var isOtherLabel = SeenStatus is not null && SeenStatus != (row.EvalStatus?.ToWire() ?? "");
        var conflict = new LabelConflict(
            notes.IsConflict ? row.EvalNotes ?? "" : null,
            expected.IsConflict ? row.ExpectedOutput ?? "" : null,
            label is not null && isOtherLabel && status != row.EvalStatus ? row.EvalStatus : null,
            label is null ? null : status);
        return new LabelReading
        {
            Error = error,
            Conflict = conflict.IsNone ? null : conflict,
            IsStale = notes.IsStale || expected.IsStale,
            Change = new LabelChange
            {
                EvalReady = Do switch { BulkChange.Ready => true, BulkChange.Unready => false, _ => null },
                Status = label,
                Notes = notes.Change,
                ExpectedOutput = expected.Change,
                AddTags = tags,
                RemoveTags = string.IsNullOrEmpty(RemoveTag) ? [] : [RemoveTag],
            },
        };
    }

    /// <summary>What a button did, for the toast.</summary>
    public string SavedWords() => Do switch
    {
        BulkChange.Ready => "Marked as eval-ready",
        BulkChange.Unready => "Removed from Evals",
        UseAnswer => "The last answer is the expected output",
        _ when EvalStatuses.TryParse(Do, out var status) => $"Saved, {Display.Label(status).ToLowerInvariant()}",
        _ => "Saved",
    };

    private static FieldReading Compare(string? typed, string? seen, string? saved)
    {
        if (typed is null)
        {
            return default;
        }

        var (typedMark, savedMark) = (MarkOf(typed), MarkOf(saved));
        if (typedMark == savedMark)
        {
            return default;
        }

        // Untouched here, changed elsewhere: theirs stays.
        if (seen is not null && typedMark == seen)
        {
            return new FieldReading(null, IsStale: true, IsConflict: false);
        }

        return new FieldReading(new Given<string?>(Text(typed)), IsStale: false, IsConflict: seen is not null && seen != savedMark);
    }

    /// <summary>Browsers send lines with \r\n.</summary>
    private static string? Text(string text)
    {
        var lines = text.ReplaceLineEndings("\n");
        return string.IsNullOrWhiteSpace(lines) ? null : lines;
    }

    /// <summary>What one text field says.</summary>
    /// <param name="Change">Not given: the field stays as it is.</param>
    /// <param name="IsStale">The panel shows another text than the one that is saved, and nobody has typed it here.</param>
    /// <param name="IsConflict">Typed here and changed elsewhere.</param>
    private readonly record struct FieldReading(Given<string?>? Change, bool IsStale, bool IsConflict);
}
