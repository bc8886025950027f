using EvalMarket.Core.Datasets;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Runs;

/// <summary>The runs of a dataset, newest first.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class IndexModel(RunDirectory runs, DatasetDirectory datasets, Tenant tenant) : PageModel
{
    private const int PageLength = 50;

    public DatasetView Dataset { get; private set; } = null!;

    public IReadOnlyList<RunRow> Runs { get; private set; } = [];

    public string? OlderHref { get; private set; }

    public string Workspace => tenant.Required;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public async Task<IActionResult> OnGetAsync(string dataset, string? after, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || await datasets.FindAsync(id, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        Dataset = found;
        var page = await runs.ListAsync(id, TypeId.TryParse<RunId>(after, out var last) ? last : null, PageLength, cancellationToken);
        Runs = page.Items;
        OlderHref = page.Next is { } next ? $"{Addresses.Runs(Workspace, dataset)}?after={next}" : null;
        return Page();
    }

    /// <summary>There is nothing to send here.</summary>
    public IActionResult OnPost() => NotFound();
}
