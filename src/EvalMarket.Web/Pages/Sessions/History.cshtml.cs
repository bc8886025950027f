using System.Globalization;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Who labelled a session, and when: a page of its own, or the list alone where it is fetched into the session's page.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class SessionHistoryModel(LabelHistory history, SessionDirectory directory, Tenant tenant) : PageModel
{
    private const int PageSize = 20;

    public LabelHistoryList List { get; private set; } = null!;

    public SessionRow Row { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string session, long? before, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<SessionId>(session, out var id) || await history.ListAsync(id, before, PageSize, cancellationToken) is not { } page
            || await directory.FindAsync(id, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        Row = row;
        var address = Addresses.SessionHistory(tenant.Required, id.Value);
        var older = page.Next is { } next ? $"{address}?before={next.ToString(CultureInfo.InvariantCulture)}" : null;
        List = new LabelHistoryList(tenant.Required, page.Items, older, tenant.Actor.May(Permission.Label));
        Response.Headers.Vary = "HX-Request";
        return Request.Headers.ContainsKey("HX-Request") ? Partial("/Pages/Sessions/_LabelHistoryEntries.cshtml", List) : Page();
    }

    /// <summary>A post means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string session, CancellationToken cancellationToken) =>
        TypeId.TryParse<SessionId>(session, out var id) && await directory.ExistsAsync(id, cancellationToken) ? BadRequest() : NotFound();
}
