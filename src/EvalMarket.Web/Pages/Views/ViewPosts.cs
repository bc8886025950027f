using EvalMarket.Core;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Views;

/// <summary>What the pages of lists do when they are saved as views.</summary>
internal static class ViewPosts
{
    /// <summary>Keeps the list as it stands under a name.</summary>
    /// <param name="here">The list as it stands.</param>
    public static async Task<IActionResult> SaveViewAsync(
        this PageModel page, SavedViews views, ViewedList list, DatasetId? dataset, ViewableList shown, NewView view, string here, CancellationToken cancellationToken) =>
        Answer(page, await views.AddAsync(view.Name, list, dataset, shown.Query, view.IsShared, cancellationToken), shown.Path, here);

    /// <summary>Puts the list as it stands into the view that it was opened from.</summary>
    public static async Task<IActionResult> UpdateViewAsync(
        this PageModel page, SavedViews views, ViewedList list, DatasetId? dataset, ViewableList shown, string here, CancellationToken cancellationToken) =>
        TypeId.TryParse<SavedViewId>(shown.View, out var id) && await views.FindAsync(id, cancellationToken) is { } view && view.List == list && view.DatasetId == dataset
            ? Answer(page, await views.ChangeAsync(view, null, shown.Query, null, cancellationToken), shown.Path, here)
            : page.NotFound();

    private static IActionResult Answer(PageModel page, Outcome<SavedView> outcome, string path, string here)
    {
        if (!outcome.Succeeded(out var view, out var failure))
        {
            return page.Refuse(new ToastMessage("The view was not saved.") { Tone = "error", Detail = failure.Message }, here);
        }

        page.Toast(new ToastMessage($"View “{view.Name}” saved") { Tone = "good" });
        var address = SavedViewTabs.HrefOf(path, view);
        if (!page.Request.Headers.ContainsKey("HX-Request"))
        {
            return new RedirectResult(address);
        }

        page.Response.Headers["HX-Redirect"] = address;
        return new OkResult();
    }
}

/// <summary>What a person says of a new view.</summary>
internal sealed record NewView(string? Name, bool IsShared);
