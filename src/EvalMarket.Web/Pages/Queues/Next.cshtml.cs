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

/// <summary>Leads to the next session for whoever opens it, or says that there is none.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Label)]
internal sealed class NextReviewModel(QueueDirectory directory, QueueReservations reservations, Tenant tenant) : PageModel
{
    public QueueRow Queue { get; private set; } = null!;

    public string Title { get; private set; } = "";

    public string Text { get; private set; } = "";

    public string Workspace => tenant.Required;

    /// <summary>A post means nothing here.</summary>
    public IActionResult OnPost() => NotFound();

    public async Task<IActionResult> OnGetAsync(string queue, string? after, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<QueueId>(queue, out var id) || await directory.FindAsync(id, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        Queue = row;
        var outcome = await reservations.NextAsync(id, TypeId.TryParse<SessionId>(after, out var from) ? from : null, cancellationToken);
        if (!outcome.Succeeded(out var turn, out var failure))
        {
            (Title, Text) = ("You cannot review here", failure.Message);
            return Page();
        }

        if (turn.Item is { } item)
        {
            return Redirect(Addresses.Review(Workspace, queue, item.SessionId.Value));
        }

        (Title, Text) = turn.WithOthers > 0
            ? ("Nothing for you at the moment", $"Others are reviewing {Display.Count(turn.WithOthers, "session")}. Those that they leave come back to you.")
            : ("All done", "No session of this queue waits for a review of yours.");
        return Page();
    }
}
