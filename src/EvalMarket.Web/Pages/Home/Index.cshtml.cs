using EvalMarket.Core.Samples;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Home;

/// <summary>The first page of a workspace: what to do next.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class HomeModel(SessionDirectory directory, SampleWorkspace sample, AccountLinks links, Tenant tenant) : PageModel
{
    private const int RecentCount = 8;

    public string Workspace => tenant.Required;

    public SessionCounts Counts { get; private set; } = null!;

    public IReadOnlyList<SessionRow> Recent { get; private set; } = [];

    /// <summary>The session that waits for a label.</summary>
    public SessionId? ToReview { get; private set; }

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public string Site => links.Site;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Counts = await directory.CountByStatusAsync(SessionFilter.All, cancellationToken);
        if (Counts.All == 0)
        {
            return;
        }

        Recent = (await directory.ListAsync(SessionFilter.All, null, RecentCount, cancellationToken)).Items;
        var waiting = await directory.ListAsync(new SessionFilter { EvalReady = true, Statuses = [EvalStatus.NeedsReview] }, null, 1, cancellationToken);
        ToReview = waiting.Items is [var first] ? first.Id : null;
    }

    /// <summary>Opens the person's own sample workspace.</summary>
    public async Task<IActionResult> OnPostSampleAsync(CancellationToken cancellationToken)
    {
        if (SignInCheck.PersonOf(User) is not { } person)
        {
            return Challenge();
        }

        var outcome = await sample.OpenAsync(person, User.Identity?.Name ?? "", cancellationToken);
        if (outcome.Succeeded(out var slug, out var failure))
        {
            return Redirect(Addresses.Workspace(slug));
        }

        this.Toast(new ToastMessage("The sample could not be opened.") { Tone = "error", Detail = failure.Message });
        return Redirect(Addresses.Workspace(Workspace));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();
}
