using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>The views above a list: the list's own first, then those that people saved.</summary>
/// <param name="Current">The saved view that the list was opened from.</param>
/// <param name="IsChanged">The list is not as that view has it any more.</param>
internal sealed record SessionViewBar(IReadOnlyList<SessionViewTab> Tabs, SavedView? Current, bool IsChanged, bool MayChange, bool MayShare)
{
    /// <summary>The tabs of a list.</summary>
    /// <param name="columns">Those that are shown.</param>
    public static SessionViewBar Of(SessionAddress address, string columns, SessionCounts counts, IReadOnlyList<SavedView> saved, SavedViews rights)
    {
        var current = saved.FirstOrDefault(view => view.Id.Value == address.View);
        var own = Own(address, counts).Select(tab => tab with { IsCurrent = current is null && tab.IsCurrent });
        return new SessionViewBar(
            [.. own, .. saved.Select(view => new SessionViewTab(view.Name, HrefOf(address.ListPath, view), null, view == current, view.IsShared))],
            current, current is not null && current.Query != address.Query(columns), current is not null && rights.MayChange(current), rights.MayShare);
    }

    /// <summary>The list as a saved view has it.</summary>
    public static string HrefOf(string listPath, SavedView view) =>
        $"{listPath}?{(view.Query.Length > 0 ? view.Query + "&" : "")}{SessionAddress.ViewParameter}={view.Id.Value}";

    private static IEnumerable<SessionViewTab> Own(SessionAddress address, SessionCounts counts)
    {
        yield return Tab("All", null, null, counts.All);
        if (address.IsEvals)
        {
            foreach (var status in (EvalStatus[])[EvalStatus.NeedsReview, EvalStatus.Golden, EvalStatus.Correct, EvalStatus.Incorrect])
            {
                yield return Tab(Display.Label(status), SessionFilterParameters.Status, status.ToWire(), counts.Of(status));
            }
        }
        else
        {
            yield return Tab("Not in Evals", SessionFilterParameters.EvalReady, "false", counts.All - counts.EvalReady);
            yield return Tab("In Evals", SessionFilterParameters.EvalReady, "true", counts.EvalReady);
        }

        SessionViewTab Tab(string name, string? parameter, string? value, long count) => new(
            name,
            // Out of a saved view, its order and columns stay behind.
            (address with
            {
                Pairs = parameter is null ? [] : [new(parameter, value!)], View = null,
                Order = address.View is null ? address.Order : SessionOrder.Newest, Columns = address.View is null ? address.Columns : null,
            }).List(),
            count,
            parameter is null ? !address.IsFiltered : address.Pairs is [var only] && only.Key == parameter && only.Value == value,
            IsShared: true);
    }
}

/// <summary>A view's tab.</summary>
internal sealed record SessionViewTab(string Name, string Href, long? Count, bool IsCurrent, bool IsShared);
