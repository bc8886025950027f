using EvalMarket.Core;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Market;

/// <summary>Sends responses of a model; a job grades them.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Submit)]
internal sealed class SubmitModel(
    MarketDirectory market, MarketGrants grants, MarketSubmissions submissions, SubmissionGradingJob jobs, AccountLinks links, Tenant tenant) : PageModel
{
    public string Workspace => tenant.Required;

    public ListingRow Listing { get; private set; } = null!;

    public QuotaUse Quota { get; private set; } = null!;

    public string? Refusal { get; private set; }

    public IReadOnlyList<ContentError> Errors { get; private set; } = [];

    public string Curl => $"curl -H \"Authorization: Bearer $EVALMARKET_KEY\" \\\n  --json @responses.json {links.To($"/api/listings/{Listing.Slug}/submissions")}";

    public async Task<IActionResult> OnGetAsync(string slug, CancellationToken cancellationToken) => await LoadAsync(slug, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string slug, IFormFile? file, string? model, string? leaderboard, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(slug, cancellationToken))
            return NotFound();
        if (file is null)
            return Refuse(new Invalid("invalid_submission", "Choose the file with the responses.", []));

        await using var content = file.OpenReadStream();
        var outcome = await submissions.SubmitAsync(Listing, new NewSubmission(Named(model), Named(leaderboard)), content, cancellationToken);
        if (!outcome.Succeeded(out var row, out var failure))
            return Refuse(failure);

        await grants.HoldAsync(Listing, cancellationToken);
        await jobs.EnqueueAsync(row, Listing.Title, cancellationToken);
        return Redirect(Addresses.Submission(Workspace, row.Id.Value));
    }

    private static string? Named(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private PageResult Refuse(Failure failure)
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        Refusal = failure.Message;
        Errors = failure is Invalid invalid ? invalid.Errors : [];
        return Page();
    }

    private async Task<bool> LoadAsync(string slug, CancellationToken cancellationToken)
    {
        if (await market.FindAsync(slug, cancellationToken) is not { Version: > 0 } listing || !listing.Products.HasFlag(MarketProducts.Evaluation))
            return false;
        Listing = listing;
        Quota = await submissions.QuotaAsync(listing, cancellationToken);
        return true;
    }
}
