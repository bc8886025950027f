using System.Globalization;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
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
internal sealed class ChangeModel(LabelHistory history, SessionLabels labels, SessionDirectory directory, SessionBulkJob bulkJobs, Tenant tenant) : PageModel
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
        var toast = outcome.Succeeded(out var undo, out var failure)
            ? ChangeWords.Of(undo, Workspace)
            : new ToastMessage("Nothing was undone.") { Tone = "error", Detail = failure.Message };
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            this.Toast(toast);
            return Redirect(Addresses.Change(Workspace, found.Number));
        }

        var asker = Uri.TryCreate(Request.Headers["HX-Current-URL"], UriKind.Absolute, out var url) ? url.AbsolutePath : "";
        if (asker.StartsWith(Addresses.Changes(Workspace), StringComparison.Ordinal) || asker.EndsWith("/history", StringComparison.Ordinal))
        {
            // The page that asked shows changes and nothing else: it is shown again, with the message.
            this.Toast(toast);
            Response.Headers["HX-Refresh"] = "true";
            return new OkResult();
        }

        // Elsewhere somebody is at work, perhaps with half a sentence in a field: only what shows the labels changes.
        Response.Headers["HX-Trigger"] = toast.ToTrigger(labelsChanged: true);
        Response.Headers["HX-Reswap"] = "none";
        return asker == Addresses.Sessions(Workspace) || asker == Addresses.Evals(Workspace) ? await EchoAsync(found, cancellationToken) : new OkResult();
    }

    /// <summary>The row of the session, when it was a single one.</summary>
    private async Task<IActionResult> EchoAsync(LabelChangeOverview change, CancellationToken cancellationToken) =>
        change.Sessions == 1
            && await history.SessionsOfAsync(change.Number, 1, cancellationToken) is [var (session, _)]
            && await directory.FindAsync(session, cancellationToken) is { } row
            ? Partial("/Pages/Sessions/_LabelEcho.cshtml", row)
            : new OkResult();

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
