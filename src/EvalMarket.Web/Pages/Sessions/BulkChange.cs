using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What a button of the bulk bar does, and how that is told afterwards.</summary>
/// <param name="Change">The change.</param>
/// <param name="Done">"marked as eval-ready".</param>
internal sealed record BulkChange(LabelChange Change, string Done)
{
    public const string Ready = "ready";
    public const string Unready = "unready";
    public const string AddTag = "add-tag";
    public const string RemoveTag = "remove-tag";

    /// <summary>Null for a button that does not exist or a tag that cannot be one.</summary>
    public static BulkChange? Of(string? action, string? tag, Limits limits)
    {
        var trimmed = tag?.Trim() ?? "";
        return action switch
        {
            Ready => new BulkChange(new LabelChange { EvalReady = true }, "marked as eval-ready"),
            Unready => new BulkChange(new LabelChange { EvalReady = false }, "removed from Evals"),
            AddTag or RemoveTag when SessionTags.Check(trimmed, limits) is not null => null,
            AddTag => new BulkChange(new LabelChange { AddTags = [trimmed] }, $"tagged “{trimmed}”"),
            RemoveTag => new BulkChange(new LabelChange { RemoveTags = [trimmed] }, $"no longer tagged “{trimmed}”"),
            _ when EvalStatuses.TryParse(action, out var status) =>
                new BulkChange(new LabelChange { Status = new Given<EvalStatus?>(status) }, $"labelled {Display.Label(status).ToLowerInvariant()}"),
            _ => null,
        };
    }

    public string Words(int changed) => changed == 0 ? "Nothing to change: the sessions were like that already" : $"{Display.Count(changed, "session")} {Done}";
}
