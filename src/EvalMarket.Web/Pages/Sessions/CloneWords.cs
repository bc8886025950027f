using EvalMarket.Core.Datasets.Cloning;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What a clone did, in words.</summary>
internal static class CloneWords
{
    /// <summary>"24 items added".</summary>
    public static string Added(CloneResult result) => $"{Display.Count(result.Created, "item")} added";

    /// <summary>What is worth knowing beside the number of items; null when there is nothing.</summary>
    public static string? Of(CloneResult result)
    {
        var parts = new[]
        {
            result.Duplicates > 0 ? $"{Display.Count(result.Duplicates, "turn was", "turns were")} there already" : null,
            result.WithoutOutput > 0 ? $"{Display.Count(result.WithoutOutput, "item has", "items have")} no answer" : null,
            result.WithoutInput > 0 ? $"{Display.Count(result.WithoutInput, "turn", "turns")} without a text of the user left out" : null,
            result.HistoryOmitted > 0 ? $"{Display.Count(result.HistoryOmitted, "item has", "items have")} only the newest part of a long history" : null,
            result is { Created: 0, Duplicates: 0, WithoutInput: 0 } ? "No turn matches" : null,
        }.OfType<string>().ToList();
        return parts.Count == 0 ? null : $"{string.Join("; ", parts)}.";
    }
}
