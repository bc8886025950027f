using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Views;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>A list of sessions as something that can be kept under a name.</summary>
internal static class SessionViews
{
    /// <summary>The list as it stands.</summary>
    /// <param name="columns">Those that are shown.</param>
    /// <param name="counts">Of all sessions of the list; null where no tabs are shown.</param>
    public static ViewableList Of(SessionAddress address, string columns, SessionCounts? counts) => new(
        address.Workspace, address.ListPath, address.View, address.Query(columns), counts is null ? [] : [.. Own(address, counts)], address.Handler);

    private static IEnumerable<ViewTab> Own(SessionAddress address, SessionCounts counts)
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

        ViewTab Tab(string name, string? parameter, string? value, long count) => new(
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
