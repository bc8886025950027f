using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>The label form beside a session. What a button does is in <see cref="Do"/>; the texts are saved with every one of them.</summary>
internal sealed class LabelForm
{
    public const string Save = "save";
    public const string Next = "next";
    public const string UseAnswer = "use-answer";

    public string? Do { get; set; }

    /// <summary>Null when the form did not show the field.</summary>
    public string? Notes { get; set; }

    public string? Expected { get; set; }

    public string? AddTag { get; set; }

    public string? RemoveTag { get; set; }

    /// <summary>The change that the form stands for, or what is wrong with it.</summary>
    public (LabelChange Change, string? Error) Read(Limits limits, string? lastAnswer)
    {
        var tags = (AddTag ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var error = tags.Select(tag => SessionTags.Check(tag, limits)).FirstOrDefault(problem => problem is not null)
            ?? (Notes?.Length > limits.NoteLength || Expected?.Length > limits.NoteLength ? $"Notes and expected output have at most {limits.NoteLength:N0} characters." : null);
        // Not "null": that would convert to a given null, which empties the field.
        var change = new LabelChange
        {
            EvalReady = Do switch { BulkChange.Ready => true, BulkChange.Unready => false, _ => null },
            Status = EvalStatuses.TryParse(Do, out var status) ? new Given<EvalStatus?>(status) : default(Given<EvalStatus?>?),
            // Browsers send lines with \r\n.
            Notes = Notes is null ? default(Given<string?>?) : new Given<string?>(Text(Notes)),
            ExpectedOutput = Do == UseAnswer && lastAnswer is not null ? new Given<string?>(lastAnswer)
                : Expected is null ? default(Given<string?>?) : new Given<string?>(Text(Expected)),
            AddTags = tags,
            RemoveTags = string.IsNullOrEmpty(RemoveTag) ? [] : [RemoveTag],
        };
        return (change, error);
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

    private static string? Text(string text)
    {
        var lines = text.ReplaceLineEndings("\n");
        return string.IsNullOrWhiteSpace(lines) ? null : lines;
    }
}
