using System.Globalization;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Changes;

/// <summary>One change of labels: who, when, what, to which sessions. A post takes it back.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class ChangeModel(LabelHistory history, SessionLabels labels, SessionBulkJob bulkJobs, Tenant tenant) : PageModel
{
    private const int MostSessions = 50;

    public LabelChangeOverview Change { get; private set; } = null!;

    public IReadOnlyList<(SessionId Id, string Title)> Sessions { get; private set; } = [];

    public string Workspace => tenant.Required;

    public bool MayLabel => tenant.Actor.May(Permission.Label);

    public async Task<IActionResult> OnGetAsync(string change, CancellationToken cancellationToken)
    {
        if (await FindAsync(change, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        Change = found;
        Sessions = await history.SessionsOfAsync(found.Number, MostSessions, cancellationToken);
        return Page();
    }

    [RequirePermission(Permission.Label)]
    public async Task<IActionResult> OnPostAsync(string change, CancellationToken cancellationToken)
    {
        if (await FindAsync(change, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        if (found.Sessions > SessionBulkJob.RequestSessions)
        {
            return GoTo(Addresses.Job(Workspace, (await bulkJobs.EnqueueUndoAsync(found, cancellationToken)).Id.Value));
        }

        var outcome = await labels.UndoAsync(found.Number, null, cancellationToken);
        this.Toast(outcome.Succeeded(out var undo, out var failure)
            ? ChangeWords.Of(undo, Workspace)
            : new ToastMessage("Nothing was undone.") { Tone = "error", Detail = failure.Message });
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            return Redirect(Addresses.Change(Workspace, found.Number));
        }

        // The page that asked shows labels: it is shown again, with the message.
        Response.Headers["HX-Refresh"] = "true";
        return new OkResult();
    }

    private async Task<LabelChangeOverview?> FindAsync(string change, CancellationToken cancellationToken) =>
        long.TryParse(change, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? await history.FindAsync(number, cancellationToken) : null;

    private IActionResult GoTo(string address)
    {
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            return Redirect(address);
        }

        Response.Headers["HX-Redirect"] = address;
        return new OkResult();
    }
}
