using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Listings;

/// <summary>Makes a listing of a bundle; it begins as a draft.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class NewListingModel(ListingCommits commits, BundleStore bundles, Tenant tenant) : PageModel, IListingFormPage
{
    private const int ShownBundles = 500;

    [BindProperty]
    public string? Bundle { get; set; }

    [BindProperty]
    public ListingForm Form { get; set; } = new();

    public bool IsNew => true;

    public string Workspace => tenant.Required;

    public IReadOnlyList<BundleRow> Bundles { get; private set; } = [];

    public async Task OnGetAsync(string? bundle, CancellationToken cancellationToken)
    {
        Bundle = bundle;
        Bundles = await bundles.ListAsync(null, ShownBundles, cancellationToken);
        var chosen = Bundles.FirstOrDefault(row => row.Id.Value == bundle);
        Form = ListingForm.Of(new ListingPage { Title = chosen?.Name ?? "" }, null);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Bundles = await bundles.ListAsync(null, ShownBundles, cancellationToken);
        var page = Form.Read(this);
        if (!TypeId.TryParse<BundleId>(Bundle, out var id))
            ModelState.AddModelError(nameof(Bundle), "Choose a bundle.");
        if (ModelState.IsValid)
        {
            var listing = new NewListing { BundleId = id, Slug = string.IsNullOrWhiteSpace(Form.Slug) ? null : Form.Slug.Trim(), Page = page };
            if ((await commits.CreateAsync(listing, cancellationToken)).Succeeded(out var row, out var failure))
                return Redirect(Addresses.EditListing(Workspace, row.Slug));
            ListingForm.Show(this, failure);
        }

        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
