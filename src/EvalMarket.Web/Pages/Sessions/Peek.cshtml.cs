using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>The panel beside a list, for htmx. Without it the list with the panel is the page.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class PeekModel(SessionPeeks peeks, Tenant tenant) : PageModel
{
    public const string PanelPartial = "/Pages/Sessions/_Peek.cshtml";

    public async Task<IActionResult> OnGetAsync(string session, CancellationToken cancellationToken)
    {
        var address = SessionAddress.Read(HttpContext, tenant.Required, null);
        Response.Headers.Vary = "HX-Request";
        return await peeks.OpenAsync(address, session, cancellationToken) is not { } peek ? NotFound()
            : Request.Headers.ContainsKey("HX-Request") ? Partial(PanelPartial, peek)
            : Redirect(address.Beside(session));
    }

    /// <summary>Nothing is sent here.</summary>
    public IActionResult OnPost() => NotFound();
}
