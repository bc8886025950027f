using EvalMarket.Core;
using EvalMarket.Core.Sessions;
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

/// <summary>The labels of one session: saves what the label panel sends, wherever it stands. As a page it is the panel alone.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class LabelsModel(
    SessionDirectory directory, SessionLabels labels, SessionGlances glances, LabelPanels panels, Tenant tenant, Limits limits) : PageModel
{
    [BindProperty]
    public LabelForm Form { get; set; } = new();

    public LabelPanel Panel { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string session, CancellationToken cancellationToken)
    {
        if (await FindAsync(session, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        Panel = await panels.OfAsync(Address(), row, cancellationToken);
        return Answer();
    }

    [RequirePermission(Permission.Label)]
    public async Task<IActionResult> OnPostAsync(string session, CancellationToken cancellationToken)
    {
        if (await FindAsync(session, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        var address = Address();
        var (change, error) = Form.Read(limits, Form.Do == LabelForm.UseAnswer ? await glances.LastAnswerAsync(row, cancellationToken) : null);
        if (error is null && !change.IsEmpty)
        {
            var outcome = await labels.ChangeAsync(new SessionFilter { Ids = [row.Id] }, change, null, cancellationToken);
            error = outcome.Succeeded(out _, out var failure) ? null : failure.Message;
        }

        if (error is null && Form.Do == LabelForm.Next)
        {
            var (_, older) = await directory.NeighboursAsync(row, address.Filter, cancellationToken);
            return GoTo(older is { } next ? address.Session(next.Value) : address.List(), older is null ? "Saved. That was the last one of the list" : "Saved");
        }

        if (error is null && !IsFragment)
        {
            return GoTo(address.Session(session), Form.SavedWords());
        }

        if (await directory.FindAsync(row.Id, cancellationToken) is not { } changed)
        {
            return NotFound();
        }

        Panel = await panels.OfAsync(address, changed, cancellationToken);
        ModelState.Clear();
        if (error is not null)
        {
            Panel = Panel with { Error = error, Notes = Form.Notes, Expected = Form.Expected };
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        else
        {
            Response.Headers["HX-Trigger"] = new ToastMessage(Form.SavedWords()) { Tone = "good" }.ToTrigger();
        }

        return Answer();
    }

    private bool IsFragment => Request.Headers.ContainsKey("HX-Request");

    private SessionAddress Address() => SessionAddress.Read(HttpContext, tenant.Required, null);

    private async Task<SessionRow?> FindAsync(string session, CancellationToken cancellationToken) =>
        TypeId.TryParse<SessionId>(session, out var id) ? await directory.FindAsync(id, cancellationToken) : null;

    private IActionResult Answer()
    {
        Response.Headers.Vary = "HX-Request";
        return IsFragment ? Partial("/Pages/Sessions/_LabelPanel.cshtml", Panel) : Page();
    }

    private IActionResult GoTo(string address, string words)
    {
        this.Toast(new ToastMessage(words) { Tone = "good" });
        if (!IsFragment)
        {
            return Redirect(address);
        }

        Response.Headers["HX-Redirect"] = address;
        return new OkResult();
    }
}
