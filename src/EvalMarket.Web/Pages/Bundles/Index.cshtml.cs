using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>The bundles of the workspace.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class IndexModel(BundleStore bundles, SubmissionVerdicts verdicts, Tenant tenant) : PageModel
{
    private const int PageSize = 100;

    public string Workspace => tenant.Required;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public IReadOnlyList<BundleRow> Bundles { get; private set; } = [];

    /// <summary>Where the next page begins.</summary>
    public string? Next { get; private set; }

    /// <summary>Submissions that wait for a verdict of the seller.</summary>
    public int Waiting { get; private set; }

    public EmptyState Empty => new("No bundles yet", "A bundle is a tasks.json, an answers.json and, if tasks need them, a ZIP of reference files.")
    {
        WithAwning = true,
        Actions = MayEdit ? [new EmptyAction("Upload a bundle", Addresses.NewBundle(Workspace), "upload")] : [],
    };

    public async Task OnGetAsync(string? before, CancellationToken cancellationToken)
    {
        var page = await bundles.ListAsync(TypeId.TryParse<BundleId>(before, out var id) ? id : null, PageSize + 1, cancellationToken);
        Next = page.Count > PageSize ? page[PageSize - 1].Id.Value : null;
        Bundles = [.. page.Take(PageSize)];
        Waiting = MayEdit ? await verdicts.CountWaitingAsync(cancellationToken) : 0;
    }
}
