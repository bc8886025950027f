using EvalMarket.Core.Sessions;
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

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>The way to the next session of a list that waits for a label: from its page to its page, from the list or the panel to the panel.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class UnlabelledModel(SessionDirectory directory, SessionQueue queue, SessionPeeks peeks, Tenant tenant) : PageModel
{
    /// <summary>Goes on.</summary>
    /// <param name="after">The session to go on from.</param>
    /// <param name="panel">Beside the list.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IActionResult> OnGetAsync(string? after, bool panel, CancellationToken cancellationToken)
    {
        var address = SessionAddress.Read(HttpContext, tenant.Required, null);
        Response.Headers.Vary = "HX-Request";
        var from = TypeId.TryParse<SessionId>(after, out var id) ? await directory.FindAsync(id, cancellationToken) : null;
        if (await queue.NextUnlabelledAsync(address.Filter, address.Order, from, cancellationToken) is not { } next
            || await directory.FindAsync(next, cancellationToken) is not { } row)
        {
            return NothingLeft(address, from, panel);
        }

        if (!panel)
        {
            return Redirect(address.Session(next.Value));
        }

        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            return Redirect(address.PageOf(row));
        }

        Response.Headers["HX-Push-Url"] = address.Beside(next.Value);
        return Partial(PeekModel.PanelPartial, await peeks.ShowAsync(address, row, cancellationToken));
    }

    /// <summary>Nothing is sent here.</summary>
    public IActionResult OnPost() => NotFound();

    private IActionResult NothingLeft(SessionAddress address, SessionRow? from, bool isInPeek)
    {
        var toast = new ToastMessage(from is not null && from.EvalStatus is null or Formats.Sessions.EvalStatus.NeedsReview ? "This is the last one without a label" : "Everything in this list is labelled") { Tone = "good" };
        if (Request.Headers.ContainsKey("HX-Request"))
        {
            Response.Headers["HX-Trigger"] = toast.ToTrigger();
            Response.Headers["HX-Reswap"] = "none";
            return new OkResult();
        }

        this.Toast(toast);
        return Redirect(from is null ? address.ListPage() : isInPeek ? address.Beside(from.Id.Value) : address.Session(from.Id.Value));
    }
}
