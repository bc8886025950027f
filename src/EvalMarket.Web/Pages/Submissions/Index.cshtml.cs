using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Submissions;

/// <summary>The workspace's own submissions.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class SubmissionsModel(SubmissionReports reports, Tenant tenant) : PageModel
{
    private const int PageSize = 50;

    public string Workspace => tenant.Required;

    public IReadOnlyList<SubmissionView> Submissions { get; private set; } = [];

    public string? OlderHref { get; private set; }

    public async Task OnGetAsync(string? before, CancellationToken cancellationToken)
    {
        var found = await reports.ListAsync(null, TypeId.TryParse<SubmissionId>(before, out var id) ? id : null, PageSize + 1, cancellationToken);
        Submissions = [.. found.Take(PageSize)];
        OlderHref = found.Count > PageSize ? $"{Addresses.Submissions(Workspace)}?before={found[PageSize - 1].Row.Id}" : null;
    }

    /// <summary>A post means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();
}
