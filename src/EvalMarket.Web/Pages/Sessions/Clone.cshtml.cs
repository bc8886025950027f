using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Cloning;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Writing;
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

/// <summary>Adds turns of sessions to a dataset: of ticked ones, of all that match, of one session, or a single turn. A dialog, or a page without scripts.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class CloneModel(
    SessionDirectory directory, SessionStatistics statistics, DatasetDirectory datasets, DatasetEditing editing, SessionCloning cloning, DatasetCloneJob jobs, DatasetRestoring restoring, Tenant tenant, Limits limits) : PageModel
{
    private const int MostDatasets = 100;

    public SessionAddress Address { get; private set; } = null!;

    /// <summary>Ids of the sessions, empty when all that match are meant.</summary>
    public string Ids { get; private set; } = "";

    /// <summary>A message of the single turn that is meant; null for whole sessions.</summary>
    public MessageId? Turn { get; private set; }

    public int Sessions { get; private set; }

    public CloneForm Form { get; private set; } = new();

    public IReadOnlyList<DatasetView> Datasets { get; private set; } = [];

    public string Title => Turn is not null ? "Add the turn to a dataset" : $"Add {Display.Count(Sessions, "session")} to a dataset";

    /// <summary>From the page of a session, or from one of its messages.</summary>
    public async Task<IActionResult> OnGetAsync(string? ids, string? message, CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, null);
        if (!TypeId.TryParse<SessionId>(ids, out var id) || !await directory.ExistsAsync(id, cancellationToken))
        {
            return NotFound();
        }

        Turn = TypeId.TryParse<MessageId>(message, out var turn) ? turn : null;
        return await AskAsync(new SessionFilter { Ids = [id] }, StatusCodes.Status200OK, cancellationToken);
    }

    /// <summary>From the bar of a list.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await SelectAsync(cancellationToken) is { } selection ? await AskAsync(selection, StatusCodes.Status200OK, cancellationToken) : BadRequest();

    public async Task<IActionResult> OnPostCloneAsync(CancellationToken cancellationToken)
    {
        if (await SelectAsync(cancellationToken) is not { } selection)
        {
            return BadRequest();
        }

        var form = await Request.ReadFormAsync(cancellationToken);
        Turn = TypeId.TryParse<MessageId>(form["message"].ToString(), out var turn) ? turn : null;
        Form = CloneForm.Read(form);
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        var order = new CloneOrder { Sessions = selection, Turn = Turn, Messages = Turn is null ? Form.Filter(errors) : null };
        if (Form.Section.Length > DatasetEditing.NameLength)
        {
            errors["section"] = $"At most {DatasetEditing.NameLength} characters.";
        }

        if (Form.Target != CloneForm.NewDataset && Form.Chosen() is null)
        {
            errors["target"] = "Choose a dataset.";
        }

        if (errors.Count > 0)
        {
            return await RefuseAsync(selection, errors, cancellationToken);
        }

        var dataset = Form.Chosen() is { } chosen ? await datasets.FindAsync(chosen.Dataset, cancellationToken) : null;
        if (dataset is null)
        {
            var made = Form.Target == CloneForm.NewDataset
                ? await editing.CreateAsync(new NewDataset(Form.Name, Sections: Form.Section.Length > 0 ? [Form.Section] : null), cancellationToken)
                : new Core.NotFound();
            if (!made.Succeeded(out dataset, out var refused))
            {
                return await RefuseAsync(selection, new Dictionary<string, string> { [Form.Target == CloneForm.NewDataset ? "name" : "target"] = refused is Core.NotFound ? "This dataset is gone. Choose another one." : NameError(refused) }, cancellationToken);
            }
        }

        order = order with { SectionName = Form.Section.Length > 0 ? Form.Section : null, Section = Form.Chosen()?.Section };
        return await directory.CountAsync(selection, cancellationToken) > DatasetCloneJob.RequestSessions
            ? To(Addresses.Job(tenant.Required, (await jobs.EnqueueAsync(dataset.Id, dataset.Row.Name, order, cancellationToken)).Id.Value))
            : await CloneAsync(dataset, order, selection, cancellationToken);
    }

    /// <summary>Takes the items out again, as long as nobody has changed the dataset since.</summary>
    public async Task<IActionResult> OnPostUndoAsync(string? dataset, int from, int to, CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, null);
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || await datasets.FindAsync(id, cancellationToken) is not { } view)
        {
            return NotFound();
        }

        if (view.Row.Version != from)
        {
            return Say(new ToastMessage("Nothing was undone.") { Tone = "error", Detail = "The dataset was changed since. Its versions show what came when, and any of them can be restored.", Link = LinkTo(view) });
        }

        var outcome = await restoring.RestoreAsync(id, to, "Clone undone", cancellationToken);
        return outcome.Succeeded(out _, out var failure)
            ? Say(new ToastMessage("The items were taken out again") { Tone = "good" })
            : Say(new ToastMessage("Nothing was undone.") { Tone = "error", Detail = failure.Message });
    }

    private async Task<IActionResult> CloneAsync(DatasetView dataset, CloneOrder order, SessionFilter selection, CancellationToken cancellationToken)
    {
        var outcome = await cloning.CloneAsync(dataset.Id, order, cancellationToken);
        if (!outcome.Succeeded(out var result, out var failure))
        {
            return await RefuseAsync(selection, new Dictionary<string, string> { ["target"] = failure is Core.NotFound ? "This dataset is gone. Choose another one." : failure.Message }, cancellationToken);
        }

        return Say(new ToastMessage(result.Created == 0 ? $"Nothing new for “{dataset.Row.Name}”" : $"{Display.Count(result.Created, "item")} added to “{dataset.Row.Name}”")
        {
            Tone = result.Created == 0 ? "info" : "good",
            Detail = CloneWords.Of(result),
            Link = LinkTo(dataset),
            Undo = result is { Created: > 0, VersionBefore: { } before }
                ? new ToastUndo(Address.AddToDataset(new KeyValuePair<string, string>("handler", "undo")))
                {
                    Fields = new Dictionary<string, string> { ["dataset"] = dataset.Id.Value, ["from"] = result.Version.ToString(), ["to"] = before.ToString() },
                }
                : null,
        });
    }

    private ToastLink LinkTo(DatasetView dataset) => new($"/w/{tenant.Required}/datasets/{dataset.Id}", "Show them");

    private static string NameError(Failure failure) =>
        failure is Invalid { Errors: [var first, ..] } ? first.Message : failure.Message;

    private async Task<SessionFilter?> SelectAsync(CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, null);
        return Request.HasFormContentType ? SessionSelection.Read(await Request.ReadFormAsync(cancellationToken), Address, limits) : null;
    }

    private Task<IActionResult> RefuseAsync(SessionFilter selection, Dictionary<string, string> errors, CancellationToken cancellationToken)
    {
        Form = Form with { Errors = errors };
        return AskAsync(selection, StatusCodes.Status422UnprocessableEntity, cancellationToken);
    }

    private async Task<IActionResult> AskAsync(SessionFilter selection, int status, CancellationToken cancellationToken)
    {
        Ids = string.Join(' ', selection.Ids?.Select(id => id.Value) ?? []);
        Sessions = (int)(await statistics.TotalsAsync(selection, cancellationToken)).Sessions;
        Datasets = (await datasets.ListAsync(MostDatasets, cancellationToken)).Items;
        Response.StatusCode = status;
        Response.Headers.Vary = "HX-Request";
        return Request.Headers.ContainsKey("HX-Request") ? Partial("/Pages/Sessions/_CloneDialog.cshtml", this) : Page();
    }

    private IActionResult Say(ToastMessage toast)
    {
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            this.Toast(toast);
            return Redirect(Address.ListPage());
        }

        Response.Headers["HX-Trigger"] = toast.ToTrigger(closesDialog: true);
        Response.Headers["HX-Reswap"] = "none";
        return new OkResult();
    }

    private IActionResult To(string address)
    {
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            return Redirect(address);
        }

        Response.Headers["HX-Redirect"] = address;
        return new OkResult();
    }
}
