using EvalMarket.Core.Annotation;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>Leads to the first session that waits for a decision, or says that there is none.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class NextDecisionModel(QueueDirectory directory, Tenant tenant) : PageModel
{
    public QueueRow Queue { get; private set; } = null!;

    public string Workspace => tenant.Required;

    /// <summary>A post means nothing here.</summary>
    public IActionResult OnPost() => NotFound();

    public async Task<IActionResult> OnGetAsync(string queue, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<QueueId>(queue, out var id) || await directory.FindAsync(id, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        Queue = row;
        return await directory.NextConflictAsync(id, null, cancellationToken) is { } next ? Redirect(Addresses.Adjudicate(Workspace, queue, next.Value)) : Page();
    }
}
