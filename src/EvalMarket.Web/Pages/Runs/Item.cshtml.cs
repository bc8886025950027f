using EvalMarket.Core.Runs;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Runs;

/// <summary>One item of a run: what was expected, what came, and where the item comes from.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class ItemModel(RunDirectory runs, RunItems items, Tenant tenant) : PageModel
{
    public ResultPanel Panel { get; private set; } = null!;

    public string Workspace => tenant.Required;

    public async Task<IActionResult> OnGetAsync(string run, string item, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<RunId>(run, out var id) || !TypeId.TryParse<ItemId>(item, out var itemId)
            || await runs.FindAsync(id, cancellationToken) is not { } found || await items.FindAsync(found, itemId, cancellationToken) is not { } view)
        {
            return NotFound();
        }

        Panel = new ResultPanel(Workspace, found, view, IsWhole: true);
        return Page();
    }

    /// <summary>There is nothing to send here.</summary>
    public IActionResult OnPost() => NotFound();
}
