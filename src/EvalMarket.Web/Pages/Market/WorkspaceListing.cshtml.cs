using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Workspaces;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Market;

/// <summary>A listing from within a workspace: what it may download, ask for and answer.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class WorkspaceListingModel(ListingViews views, MarketGrants grants, AccountLinks links, Tenant tenant) : PageModel
{
    public ListingView View { get; private set; } = null!;

    public string Workspace => tenant.Required;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public string PublicHref => links.To(Addresses.PublicListing(View.Row.Slug));

    public async Task<IActionResult> OnGetAsync(string slug, CancellationToken cancellationToken) => await LoadAsync(slug, cancellationToken) ? Page() : NotFound();

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostRequestAsync(string slug, string? product, string? message, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(slug, cancellationToken))
            return NotFound();
        if (!ListingWords.TryParse(product, out MarketProducts wanted))
            return BadRequest();
        if (!(await grants.RequestAsync(View.Row, wanted, message, cancellationToken)).Succeeded(out var grant, out var failure))
        {
            this.Show(failure);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }

        this.Toast(new ToastMessage(grant.Status == GrantStatus.Granted ? "It is yours." : "The seller has your request.") { Tone = "good" });
        return Redirect(Addresses.Listing(Workspace, slug));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string slug, CancellationToken cancellationToken) => await LoadAsync(slug, cancellationToken) ? BadRequest() : NotFound();

    private async Task<bool> LoadAsync(string slug, CancellationToken cancellationToken)
    {
        if (await views.OpenAsync(slug, Workspace, cancellationToken) is not { } view)
            return false;
        View = view;
        return true;
    }
}
