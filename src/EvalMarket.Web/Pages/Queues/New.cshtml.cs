using EvalMarket.Core;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Workspaces;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>Makes a queue.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class NewQueueModel(QueueChanges changes, QueueSettingsCheck check, Tenant tenant, Limits limits) : PageModel, IQueueFormPage
{
    [BindProperty]
    public QueueForm Form { get; set; } = new();

    public Limits Limits => limits;

    public IReadOnlyList<string> Known { get; private set; } = [];

    public bool HasReviews => false;

    public string Workspace => tenant.Required;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Form.Blind = true;
        Known = await check.KnownAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var outcome = await changes.AddAsync(Form.ToSettings(), cancellationToken);
        if (outcome.Succeeded(out var row, out var failure))
        {
            return Redirect(Addresses.Queue(Workspace, row.Id.Value));
        }

        Known = await check.KnownAsync(cancellationToken);
        this.Show(failure, QueueForm.Fields);
        return Page();
    }
}
