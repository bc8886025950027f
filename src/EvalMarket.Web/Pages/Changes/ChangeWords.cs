using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Changes;

/// <summary>Changes of labels and taking them back, in words.</summary>
internal static class ChangeWords
{
    private const int LongestText = 60;

    /// <summary>"Golden, notes “…”, tags + dates", or "took back change 17".</summary>
    public static string Of(LabelChangeOverview change)
    {
        if (change.What is not { } what)
        {
            return $"Took back change {change.Undoes}";
        }

        List<string> parts = [];
        if (what.EvalReady is { } ready)
        {
            parts.Add(ready ? "into Evals" : "out of Evals");
        }

        if (what.Status is { } status)
        {
            parts.Add(status.Value is { } given ? Display.Label(given).ToLowerInvariant() : "no label");
        }

        AddText(parts, "notes", what.Notes);
        AddText(parts, "expected output", what.ExpectedOutput);
        if (what.Tags is { } tags)
        {
            parts.Add(tags.Count == 0 ? "no tags" : $"tags {string.Join(", ", tags)}");
        }

        parts.AddRange(what.AddTags.Select(tag => $"tag + {tag}"));
        parts.AddRange(what.RemoveTags.Select(tag => $"tag − {tag}"));
        var words = string.Join(", ", parts);
        return words.Length == 0 ? "Nothing" : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>What an undo did, with the way to take that back in turn.</summary>
    public static ToastMessage Of(LabelUndo undo, string workspace, string? action = null) => new(undo switch
    {
        { Restored: 0, Kept: 0 } => "Nothing to undo: that was taken back already",
        { Restored: 0 } => "Nothing was undone",
        _ => $"Undone for {Display.Count(undo.Restored, "session")}",
    })
    {
        Tone = undo.Restored > 0 ? "good" : null,
        Detail = undo.Kept == 0 ? null : $"{Display.Number(undo.Kept)} {(undo.Kept == 1 ? "was changed by somebody else since and stays" : "were changed by somebody else since and stay")} as {(undo.Kept == 1 ? "it is" : "they are")}.",
        Undo = undo.Change is { } change ? Undo(workspace, change, action) with { Text = "Redo" } : null,
    };

    /// <summary>The button of a toast that takes a change back.</summary>
    /// <param name="action">A page that shows a list and brings it up to date; null for the page of the change.</param>
    public static ToastUndo Undo(string workspace, long change, string? action = null) => new(action ?? Addresses.Change(workspace, change))
    {
        Fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["change"] = change.ToString(System.Globalization.CultureInfo.InvariantCulture) },
    };

    private static void AddText(List<string> parts, string name, Given<string?>? text)
    {
        if (text is { } given)
        {
            parts.Add(given.Value is { } value ? $"{name} “{SessionIndexing.OneLine(value, LongestText)}”" : $"no {name}");
        }
    }
}
