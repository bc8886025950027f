using EvalMarket.Core.Jobs;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Jobs;

/// <summary>The workspace's long work, newest first.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class JobsModel(JobQueue queue, Tenant tenant) : PageModel
{
    private const int PageSize = 50;

    public IReadOnlyList<JobView> Jobs { get; private set; } = [];

    public string? OlderHref { get; private set; }

    public string Workspace => tenant.Required;

    public async Task OnGetAsync(string? before, CancellationToken cancellationToken)
    {
        var found = await queue.ListAsync(TypeId.TryParse<JobId>(before, out var id) ? id : null, PageSize + 1, cancellationToken);
        Jobs = [.. found.Take(PageSize).Select(job => new JobView(job, Workspace, tenant.Actor.May(Permission.Edit)))];
        OlderHref = found.Count > PageSize ? $"{Addresses.Jobs(Workspace)}?before={found[PageSize - 1].Id}" : null;
    }

    /// <summary>A post means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();
}
