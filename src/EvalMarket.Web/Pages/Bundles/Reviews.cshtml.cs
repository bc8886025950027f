using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>Submissions that wait for the seller's own verdict.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class ReviewsModel(SubmissionVerdicts verdicts, Tenant tenant) : PageModel
{
    private const int Shown = 200;

    public string Workspace => tenant.Required;

    public IReadOnlyList<SubmissionRow> Waiting { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken) => Waiting = await verdicts.WaitingAsync(Shown, cancellationToken);
}
