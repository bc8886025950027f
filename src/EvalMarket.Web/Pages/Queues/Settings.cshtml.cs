using EvalMarket.Core;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Workspaces;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>Changes a queue's settings, closes and opens it, and deletes it.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class QueueSettingsModel(QueueDirectory directory, QueueChanges changes, QueueSettingsCheck check, Tenant tenant, Limits limits) : PageModel, IQueueFormPage
{
    [BindProperty]
    public QueueForm Form { get; set; } = new();

    public QueueRow Row { get; private set; } = null!;

    public Limits Limits => limits;

    public IReadOnlyList<string> Known { get; private set; } = [];

    public bool HasReviews { get; private set; }

    public string Workspace => tenant.Required;

    public async Task<IActionResult> OnGetAsync(string queue, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(queue, cancellationToken))
        {
            return NotFound();
        }

        Form = QueueForm.Of(Row);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string queue, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(queue, cancellationToken))
        {
            return NotFound();
        }

        // Who has left stays a reviewer until somebody takes them out: only new names have to be known.
        var settings = Form.ToSettings();
        var kept = QueueRules.ReviewersOf(Row);
        var outcome = await changes.ChangeAsync(Row.Id, settings.Reviewers!.SequenceEqual(kept) ? settings with { Reviewers = null } : settings, cancellationToken);
        if (outcome.Succeeded(out _, out var failure))
        {
            this.Toast(new ToastMessage("Settings saved") { Tone = "good" });
            return Redirect(Addresses.Queue(Workspace, queue));
        }

        this.Show(failure, QueueForm.Fields);
        return Page();
    }

    public async Task<IActionResult> OnPostStatusAsync(string queue, bool open, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(queue, cancellationToken))
        {
            return NotFound();
        }

        var outcome = await changes.ChangeAsync(Row.Id, new QueueSettings { Status = open ? QueueSettings.Open : QueueSettings.Closed }, cancellationToken);
        this.Toast(outcome.Failure is { } failure
            ? new ToastMessage("Nothing was changed.") { Tone = "error", Detail = failure.Message }
            : new ToastMessage(open ? "The queue is open" : "The queue is closed") { Tone = "good" });
        return Redirect(Addresses.Queue(Workspace, queue));
    }

    public async Task<IActionResult> OnPostDeleteAsync(string queue, string? confirm, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(queue, cancellationToken))
        {
            return NotFound();
        }

        if (confirm?.Trim() != Row.Name)
        {
            this.Toast(new ToastMessage("Nothing was deleted.") { Tone = "error", Detail = "What was typed is not the name of the queue." });
            return Redirect(Addresses.QueueSettings(Workspace, queue));
        }

        var outcome = await changes.DeleteAsync(Row.Id, cancellationToken);
        if (outcome.Failure is not null)
        {
            return NotFound();
        }

        this.Toast(new ToastMessage($"Queue “{Row.Name}” deleted") { Tone = "good" });
        return Redirect(Addresses.Queues(Workspace));
    }

    private async Task<bool> LoadAsync(string queue, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<QueueId>(queue, out var id) || await directory.FindAsync(id, cancellationToken) is not { } row)
        {
            return false;
        }

        Row = row;
        Known = await check.KnownAsync(cancellationToken);
        HasReviews = (await directory.CountAsync([id], cancellationToken))[id].Reviews > 0;
        return true;
    }
}
