using EvalMarket.Core;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Sessions;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Exports;

/// <summary>All exports of the workspace: what goes on, files that can be downloaded, and what was sent before, to be sent again.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Export)]
internal sealed class ExportsModel(ExportDirectory exports, ExportRequests requests, Tenant tenant, Limits limits) : PageModel
{
    private const int PageSize = 50;

    public IReadOnlyList<ExportLine> Exports { get; private set; } = [];

    public string? OlderHref { get; private set; }

    public string? NewestHref { get; private set; }

    public string Workspace => tenant.Required;

    public int Hours => limits.ExportHours;

    public int Days => limits.ExportDays;

    public async Task OnGetAsync(string? before, CancellationToken cancellationToken)
    {
        ExportId? place = TypeId.TryParse<ExportId>(before, out var id) ? id : null;
        var page = await exports.ListAsync(place, PageSize, cancellationToken);
        Exports = [.. page.Items.Select(export => new ExportLine(export, Workspace))];
        OlderHref = page.Next is { } next ? Addresses.With(Addresses.Exports(Workspace), [new("before", next.Value)]) : null;
        NewestHref = place is null ? null : Addresses.Exports(Workspace);
    }

    /// <summary>One row, which asks for itself until its job is over.</summary>
    public async Task<IActionResult> OnGetRowAsync(string? export, CancellationToken cancellationToken) =>
        TypeId.TryParse<ExportId>(export, out var id) && await exports.FindAsync(id, cancellationToken) is { } view
            ? Partial("/Pages/Exports/_Row.cshtml", new ExportLine(view, Workspace))
            : NotFound();

    /// <summary>Makes the Evals view in the address, or ticked sessions, in the background.</summary>
    public async Task<IActionResult> OnPostSessionsAsync([FromForm] string? format, CancellationToken cancellationToken)
    {
        var address = SessionAddress.Read(HttpContext, Workspace, isEvals: true);
        var form = await Request.ReadFormAsync(cancellationToken);
        var filter = form.ContainsKey("ids") ? SessionSelection.Read(form, address, limits) : address.Error is null ? address.Filter : null;
        return filter is null || !ExportOrder.SessionFormats.Contains(format ?? "")
            ? BadRequest()
            : Started(await requests.StartAsync(new ExportOrder { Format = format!, Filter = filter }, cancellationToken));
    }

    /// <summary>Makes a dataset in the background.</summary>
    public async Task<IActionResult> OnPostDatasetAsync(
        [FromForm] string? dataset,
        [FromForm] string? format,
        [FromForm(Name = "section_ids")] string[]? sections,
        [FromForm(Name = "run_id")] string? run,
        [FromForm] int? version,
        CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<DatasetId>(dataset, out var id))
        {
            return NotFound();
        }

        List<SectionId> chosen = [];
        foreach (var text in sections ?? [])
        {
            if (!TypeId.TryParse<SectionId>(text, out var section))
            {
                return BadRequest();
            }

            chosen.Add(section);
        }

        RunId? runId = TypeId.TryParse<RunId>(run, out var found) ? found : null;
        return !ModelState.IsValid || !ExportOrder.DatasetFormats.Contains(format ?? "") || (run is { Length: > 0 } && runId is null)
            ? BadRequest()
            : Started(await requests.StartAsync(new ExportOrder { Format = format!, Dataset = id, Sections = [.. chosen.Distinct()], Run = runId, Version = version }, cancellationToken));
    }

    public async Task<IActionResult> OnPostAgainAsync([FromForm] string? export, CancellationToken cancellationToken) =>
        TypeId.TryParse<ExportId>(export, out var id) ? Started(await requests.StartAgainAsync(id, cancellationToken)) : NotFound();

    public async Task<IActionResult> OnPostCancelAsync([FromForm] string? export, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<ExportId>(export, out var id) || !(await requests.CancelAsync(id, cancellationToken)).Succeeded(out var view, out _))
        {
            return NotFound();
        }

        return Request.Headers.ContainsKey("HX-Request")
            ? Partial("/Pages/Exports/_Row.cshtml", new ExportLine(view, Workspace))
            : Redirect($"{Addresses.Exports(Workspace)}#{id}");
    }

    public async Task<IActionResult> OnPostDeleteAsync([FromForm] string? export, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<ExportId>(export, out var id) || !(await requests.DeleteAsync(id, cancellationToken)).Succeeded(out _, out _))
        {
            return NotFound();
        }

        this.Toast(new ToastMessage("The export is off the list, and its file is gone.") { Tone = "good" });
        return Redirect(Addresses.Exports(Workspace));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();

    private IActionResult Started(Outcome<ExportView> outcome)
    {
        if (outcome.Succeeded(out var view, out var failure))
        {
            return Redirect($"{Addresses.Exports(Workspace)}#{view.Row.Id}");
        }

        if (failure is NotFound)
        {
            return NotFound();
        }

        this.Toast(new ToastMessage(failure.Message) { Tone = "error" });
        return Redirect(Addresses.Exports(Workspace));
    }
}
