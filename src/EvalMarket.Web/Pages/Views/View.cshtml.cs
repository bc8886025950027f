using EvalMarket.Core;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Views;

/// <summary>A saved view itself: its name, who has it, its end. What it shows is changed in the list.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class ViewModel(SavedViews views, Tenant tenant) : PageModel
{
    public SavedView View { get; private set; } = null!;

    public string? Error { get; private set; }

    public bool MayChange => views.MayChange(View);

    public bool MayShare => views.MayShare;

    public string ListPath => View.List switch
    {
        ViewedList.Sessions => Addresses.Sessions(tenant.Required),
        ViewedList.Evals => Addresses.Evals(tenant.Required),
        ViewedList.Datasets => Addresses.Datasets(tenant.Required),
        _ => Addresses.Dataset(tenant.Required, View.DatasetId!.Value.Value),
    };

    public string ListName => View.List == ViewedList.Items ? "Items" : View.List.ToString();

    /// <summary>The entry of the rail.</summary>
    public string Nav => View.List == ViewedList.Items ? "datasets" : View.List.ToString().ToLowerInvariant();

    public string ListHref => SavedViewTabs.HrefOf(ListPath, View);

    public async Task<IActionResult> OnGetAsync(string view, CancellationToken cancellationToken) =>
        await OpenAsync(view, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string view, string? name, bool shared, CancellationToken cancellationToken)
    {
        if (!await OpenAsync(view, cancellationToken))
        {
            return NotFound();
        }

        var outcome = await views.ChangeAsync(View, name ?? "", null, shared, cancellationToken);
        return outcome.Succeeded(out _, out var failure) ? Done(ListHref, new ToastMessage($"View “{View.Name}” saved") { Tone = "good" }) : Failed(failure);
    }

    public async Task<IActionResult> OnPostDeleteAsync(string view, CancellationToken cancellationToken)
    {
        if (!await OpenAsync(view, cancellationToken))
        {
            return NotFound();
        }

        var outcome = await views.DeleteAsync(View, cancellationToken);
        if (!outcome.Succeeded(out _, out var failure))
        {
            return Failed(failure);
        }

        return Done(ListPath, new ToastMessage($"View “{View.Name}” deleted")
        {
            Tone = "good",
            Undo = new ToastUndo($"{ListPath}?{(View.Query.Length > 0 ? View.Query + "&" : "")}handler=view")
            {
                Fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = View.Name, ["shared"] = View.IsShared ? "true" : "false" },
            },
        });
    }

    private async Task<bool> OpenAsync(string view, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<SavedViewId>(view, out var id) || await views.FindAsync(id, cancellationToken) is not { } found)
        {
            return false;
        }

        View = found;
        return true;
    }

    private IActionResult Done(string address, ToastMessage toast)
    {
        this.Toast(toast);
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            return Redirect(address);
        }

        Response.Headers["HX-Redirect"] = address;
        return new OkResult();
    }

    private IActionResult Failed(Failure failure)
    {
        Error = failure.Message;
        Response.StatusCode = failure is Conflict { Code: "not_allowed" } ? StatusCodes.Status403Forbidden : StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
