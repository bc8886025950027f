using EvalMarket.Core.Workspaces;

namespace EvalMarket.Web.Pages.Views;

/// <summary>The views above a list: the list's own first, then those that people saved; and what can be done with the list as a view.</summary>
/// <param name="Current">The saved view that the list was opened from.</param>
/// <param name="IsChanged">The list is not as that view has it any more.</param>
internal sealed record SavedViewTabs(string Workspace, IReadOnlyList<ViewTab> Tabs, SavedView? Current, bool IsChanged, bool MayChange, bool MayShare)
{
    /// <summary>The parameter of an address that says from which view it was opened.</summary>
    public const string Parameter = "view";

    /// <summary>Where the list as it stands becomes a view.</summary>
    public required string SaveHref { get; init; }

    /// <summary>Where it goes into the current view.</summary>
    public required string UpdateHref { get; init; }

    /// <summary>The tabs of a list.</summary>
    /// <param name="list">The list's own tabs, its path, the address's view and what a view of it as it stands would keep.</param>
    public static SavedViewTabs Of(ViewableList list, IReadOnlyList<SavedView> saved, SavedViews rights)
    {
        var current = saved.FirstOrDefault(view => view.Id.Value == list.View);
        return new SavedViewTabs(
            list.Workspace,
            [.. list.Own.Select(tab => tab with { IsCurrent = current is null && tab.IsCurrent }), .. saved.Select(view => new ViewTab(view.Name, HrefOf(list.Path, view), null, view == current, view.IsShared))],
            current, current is not null && current.Query != list.Query, current is not null && rights.MayChange(current), rights.MayShare)
        {
            SaveHref = list.Handler("view"),
            UpdateHref = list.Handler("updateview"),
        };
    }

    /// <summary>The list as a saved view has it.</summary>
    public static string HrefOf(string listPath, SavedView view) => $"{listPath}?{(view.Query.Length > 0 ? view.Query + "&" : "")}{Parameter}={view.Id.Value}";
}

/// <summary>A view's tab.</summary>
internal sealed record ViewTab(string Name, string Href, long? Count, bool IsCurrent, bool IsShared);

/// <summary>A list that can be kept under a name.</summary>
/// <param name="Path">Its address without anything.</param>
/// <param name="View">The view that the address names; it may be none.</param>
/// <param name="Query">What a view of it as it stands would keep.</param>
/// <param name="Own">The tabs that it has by itself.</param>
/// <param name="Handler">A handler of its page, on the list as it stands.</param>
internal sealed record ViewableList(string Workspace, string Path, string? View, string Query, IReadOnlyList<ViewTab> Own, Func<string, string> Handler);
