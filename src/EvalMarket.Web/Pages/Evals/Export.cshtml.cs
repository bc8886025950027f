using EvalMarket.Core;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Sessions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Evals;

/// <summary>
/// The export of the view in the address, or of ticked sessions. With a format it is the file itself, the same bytes as from
/// <c>GET /api/export</c>; without one it asks for the format, as a dialog or as a page.
/// </summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Export)]
internal sealed class ExportModel(SessionExports exports, SessionDirectory directory, AccountLinks links, Tenant tenant, Limits limits) : PageModel
{
    public SessionAddress Address { get; private set; } = null!;

    /// <summary>The ticked sessions; empty when the view is exported.</summary>
    public IReadOnlyList<string> Ids { get; private set; } = [];

    /// <summary>Eval-ready sessions that go in.</summary>
    public int Sessions { get; private set; }

    public long Turns { get; private set; }

    /// <summary>Chosen, eval-ready or not.</summary>
    public int Chosen { get; private set; }

    public bool IsSelection => Ids.Count > 0;

    public static string Explain(ISessionExporter exporter) => exporter switch
    {
        DeepEvalExporter => "one test case a turn",
        OpenAiExporter => "one line a session",
        _ => "to read",
    };

    /// <summary>The same export from a terminal.</summary>
    public string Curl =>
        $"curl -H \"Authorization: Bearer $EVALMARKET_KEY\" -OJ \\\n  \"{links.To(Address.ApiExport(SessionExporters.All[0].Format, Ids))}\"";

    public Task<IActionResult> OnGetAsync(string? format, CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, isEvals: true);
        return AnswerAsync(Address.Filter, format, cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(string? format, CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, isEvals: true);
        if (!Request.HasFormContentType || SessionSelection.Read(await Request.ReadFormAsync(cancellationToken), Address, limits) is not { } selection)
        {
            return BadRequest();
        }

        Ids = [.. selection.Ids?.Select(id => id.Value) ?? []];
        return await AnswerAsync(selection, format, cancellationToken);
    }

    private async Task<IActionResult> AnswerAsync(SessionFilter filter, string? format, CancellationToken cancellationToken)
    {
        if (format is not null)
        {
            return Address.Error is null && SessionExporters.Find(format) is { } exporter
                ? new SessionExportAnswer(await exports.PrepareAsync(filter, exporter, null, cancellationToken))
                : BadRequest();
        }

        await using (var export = await exports.PrepareAsync(filter, SessionExporters.All[0], null, cancellationToken))
        {
            Sessions = export.Sessions;
            Turns = export.Turns;
        }

        Chosen = IsSelection ? await directory.CountAsync(filter, cancellationToken) : Sessions;
        Response.Headers.Vary = "HX-Request";
        return Request.Headers.ContainsKey("HX-Request") ? Partial("/Pages/Evals/_ExportDialog.cshtml", this) : Page();
    }
}
