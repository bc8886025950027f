using EvalMarket.Core;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Sessions;
using EvalMarket.Web.Pages.Shared;
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
    /// <summary>The element that shows the chosen format.</summary>
    public const string FormatId = "export-format";

    private const int PreviewBytes = 3_000;

    public SessionAddress Address { get; private set; } = null!;

    /// <summary>The ticked sessions; empty when the view is exported.</summary>
    public IReadOnlyList<string> Ids { get; private set; } = [];

    /// <summary>Eval-ready sessions that go in.</summary>
    public int Sessions { get; private set; }

    public long Turns { get; private set; }

    /// <summary>Chosen, eval-ready or not.</summary>
    public int Chosen { get; private set; }

    public bool IsSelection => Ids.Count > 0;

    /// <summary>The format that the dialog shows.</summary>
    public ISessionExporter Shown { get; private set; } = SessionExporters.All[0];

    /// <summary>The first record in that format; null when there is none.</summary>
    public ExportPreview? Preview { get; private set; }

    /// <summary>Large enough for a job.</summary>
    public bool IsLarge => Sessions >= limits.DirectExportRecords;

    /// <summary>Where the form starts a job instead; the filter goes along in it.</summary>
    public string BackgroundAddress => Addresses.With(Addresses.Exports(Address.Workspace), [new("handler", "sessions"), .. IsSelection ? [] : Address.Pairs]);

    /// <summary>What goes in, in words.</summary>
    public string Filter => IsSelection ? Display.Count(Chosen, "chosen session") : ExportWords.Filter(Address);

    /// <summary>The same export from a terminal.</summary>
    public string Curl =>
        $"curl -H \"Authorization: Bearer $EVALMARKET_KEY\" -OJ \\\n  \"{links.To(Address.ApiExport(Shown.Format, Ids))}\"";

    public Task<IActionResult> OnGetAsync(string? format, string? show, CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, isEvals: true);
        return AnswerAsync(Address.Filter, format, show, cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(string? format, string? show, CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, isEvals: true);
        if (!Request.HasFormContentType || SessionSelection.Read(await Request.ReadFormAsync(cancellationToken), Address, limits) is not { } selection)
        {
            return BadRequest();
        }

        Ids = [.. selection.Ids?.Select(id => id.Value) ?? []];
        return await AnswerAsync(selection, format, show, cancellationToken);
    }

    private async Task<IActionResult> AnswerAsync(SessionFilter filter, string? format, string? show, CancellationToken cancellationToken)
    {
        // Who asks to see another format sends the chosen one along.
        if (format is not null && show is null)
        {
            return Address.Error is null && SessionExporters.Find(format) is { } exporter
                ? new SessionExportAnswer(await exports.PrepareAsync(filter, exporter, null, cancellationToken), new ExportOrder { Format = exporter.Format, Filter = filter })
                : BadRequest();
        }

        if (show is not null)
        {
            if (SessionExporters.Find(show) is not { } shown)
            {
                return BadRequest();
            }

            Shown = shown;
        }

        await using (var export = await exports.PrepareAsync(filter, Shown, null, cancellationToken))
        {
            Sessions = export.Sessions;
            Turns = export.Turns;
            Preview = await export.PreviewAsync(PreviewBytes, cancellationToken);
        }

        Chosen = IsSelection ? await directory.CountAsync(filter, cancellationToken) : Sessions;
        Response.Headers.Vary = "HX-Request";
        return !Request.Headers.ContainsKey("HX-Request") ? Page()
            : Request.Headers["HX-Target"] == FormatId ? Partial("/Pages/Evals/_ExportFormat.cshtml", this)
            : Partial("/Pages/Evals/_ExportDialog.cshtml", this);
    }
}
