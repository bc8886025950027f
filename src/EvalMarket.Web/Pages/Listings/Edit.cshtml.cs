using EvalMarket.Core;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Workspaces;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Listings;

/// <summary>A listing from its seller's side: the page, its state, who wants it, what proves the key.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class EditListingModel(
    MarketDirectory market, ListingCommits commits, MarketGrants grants, KeyCommitments keys, BundleStore bundles, Tenant tenant) : PageModel, IListingFormPage
{
    [BindProperty]
    public ListingForm Form { get; set; } = new();

    public bool IsNew => false;

    public string Workspace => tenant.Required;

    public ListingRow Listing { get; private set; } = null!;

    public IReadOnlyList<MarketVersion> Versions { get; private set; } = [];

    public IReadOnlyList<GrantRow> Requests { get; private set; } = [];

    /// <summary>The bundle's newest version, when another one is in the market.</summary>
    public int? NewerVersion { get; private set; }

    public async Task<IActionResult> OnGetAsync(string slug, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(slug, cancellationToken))
            return NotFound();
        Form = ListingForm.Of(ListingPages.Of(Listing), slug);
        return Page();
    }

    public async Task<IActionResult> OnPostSaveAsync(string slug, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(slug, cancellationToken))
            return NotFound();
        var page = Form.Read(this);
        if (ModelState.IsValid)
        {
            if ((await commits.ChangeAsync(slug, new ListingChange { Page = page }, cancellationToken)).Succeeded(out _, out var failure))
                return Done(slug, "Saved.");
            ListingForm.Show(this, failure);
        }

        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    public async Task<IActionResult> OnPostStatusAsync(string slug, string? status, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(slug, cancellationToken))
            return NotFound();
        if (!ListingWords.TryParse(status, out ListingStatus wanted))
            return BadRequest();
        return await AnswerAsync(slug, commits.ChangeAsync(slug, new ListingChange { Status = wanted }, cancellationToken), $"{MarketWords(wanted)}.");
    }

    public async Task<IActionResult> OnPostVersionAsync(string slug, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(slug, cancellationToken))
            return NotFound();
        return await AnswerAsync(slug, commits.ChangeAsync(slug, new ListingChange { PublishVersion = true }, cancellationToken), "The new version is in the market.");
    }

    public async Task<IActionResult> OnPostDecideAsync(string slug, string? buyer, string? product, string? status, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(slug, cancellationToken))
            return NotFound();
        if (!ListingWords.TryParse(product, out MarketProducts wanted) || !Enum.TryParse<GrantStatus>(status, ignoreCase: true, out var decision) || decision == GrantStatus.Requested)
            return BadRequest();
        return await AnswerAsync(slug, grants.DecideAsync(Listing, buyer ?? "", wanted, decision, cancellationToken), $"{decision}: {buyer}.");
    }

    public async Task<IActionResult> OnPostRevealAsync(string slug, int version, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(slug, cancellationToken))
            return NotFound();
        return await AnswerAsync(slug, keys.RevealAsync(slug, version, cancellationToken), $"The nonce of version {version} is public.");
    }

    public async Task<IActionResult> OnPostDeleteAsync(string slug, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(slug, cancellationToken))
            return NotFound();
        if (await commits.DeleteAsync(slug, cancellationToken) is { } failure)
            return Refuse(failure);
        this.Toast(new ToastMessage("The draft was deleted.") { Tone = "good" });
        return Redirect(Addresses.Listings(Workspace));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string slug, CancellationToken cancellationToken) => await LoadAsync(slug, cancellationToken) ? BadRequest() : NotFound();

    private static string MarketWords(ListingStatus status) => Market.MarketWords.Status(status);

    private async Task<IActionResult> AnswerAsync<T>(string slug, Task<Outcome<T>> change, string done)
        where T : notnull => (await change).Failure is { } failure ? Refuse(failure) : Done(slug, done);

    private RedirectResult Done(string slug, string words)
    {
        this.Toast(new ToastMessage(words) { Tone = "good" });
        return Redirect(Addresses.EditListing(Workspace, slug));
    }

    private PageResult Refuse(Failure failure)
    {
        ModelState.Clear();
        this.Show(failure);
        Form = ListingForm.Of(ListingPages.Of(Listing), Listing.Slug);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<bool> LoadAsync(string slug, CancellationToken cancellationToken)
    {
        if (await market.FindAsync(slug, cancellationToken) is not { } listing || !market.IsSeller(listing))
            return false;
        Listing = listing;
        Versions = await market.VersionsAsync(listing, cancellationToken);
        Requests = await grants.ForSellerAsync(listing.Id, cancellationToken);
        NewerVersion = await bundles.FindAsync(listing.BundleId, cancellationToken) is { } bundle && Versions.Count > 0
            && (Versions[0].BundleId != bundle.Id || Versions[0].BundleVersion < bundle.Version) ? bundle.Version : null;
        return true;
    }
}
