using EvalMarket.Core;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Sessions.Lists;
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

namespace EvalMarket.Web.Pages.Queues;

/// <summary>Puts ticked sessions, or all that the filter in the address matches, into a queue: asks which, as a dialog or as a page, and does it.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class AddToQueueModel(QueueDirectory directory, QueueChanges changes, QueueImport import, QueueImportJob jobs, SessionDirectory sessions, Tenant tenant, Limits limits) : PageModel
{
    private const int MostQueues = 500;

    public SessionAddress Address { get; private set; } = null!;

    /// <summary>The ticked sessions; empty when all that match are meant.</summary>
    public IReadOnlyList<string> Ids { get; private set; } = [];

    public int Chosen { get; private set; }

    public IReadOnlyList<QueueRow> Queues { get; private set; } = [];

    /// <summary>The queue that was chosen; "" for a new one, null when nothing was.</summary>
    public string? Chose { get; private set; }

    public string? Name { get; private set; }

    public string? Error { get; private set; }

    /// <summary>Without sessions there is nothing to add: they are chosen in the list.</summary>
    public IActionResult OnGet() => Redirect(Addresses.Sessions(tenant.Required));

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await SelectAsync(cancellationToken) is { } selection ? await AskAsync(selection, cancellationToken) : BadRequest();

    public async Task<IActionResult> OnPostAddAsync(string? queue, string? name, CancellationToken cancellationToken)
    {
        if (await SelectAsync(cancellationToken) is not { } selection)
        {
            return BadRequest();
        }

        // Whoever types a name means a new queue, whatever the list above it says.
        (Chose, Name) = (string.IsNullOrWhiteSpace(name) ? queue ?? "" : "", name);
        if (Chose.Length == 0)
        {
            var made = await changes.AddAsync(new QueueSettings { Name = (name ?? "").Trim(), ReviewsPerSession = Math.Min(2, limits.ReviewsPerSession) }, cancellationToken);
            return made.Succeeded(out var row, out var refused) ? await AddAsync(row, selection, cancellationToken) : await RefuseAsync(refused, selection, cancellationToken);
        }

        return TypeId.TryParse<QueueId>(Chose, out var id) && await directory.FindAsync(id, cancellationToken) is { } found
            ? await AddAsync(found, selection, cancellationToken)
            : NotFound();
    }

    private async Task<IActionResult> AddAsync(QueueRow row, SessionFilter selection, CancellationToken cancellationToken)
    {
        if (await sessions.CountAsync(selection, cancellationToken) > QueueImportJob.RequestSessions)
        {
            var job = await jobs.EnqueueAsync(row, selection, cancellationToken);
            return Redirect(Addresses.Job(tenant.Required, job.Id.Value));
        }

        var outcome = await import.AddAsync(row.Id, selection, null, cancellationToken);
        if (!outcome.Succeeded(out var result, out var failure))
        {
            return await RefuseAsync(failure, selection, cancellationToken);
        }

        this.Toast(QueueWords.Added(result, Addresses.Queue(tenant.Required, row.Id.Value)));
        return Redirect(Addresses.Queue(tenant.Required, row.Id.Value));
    }

    private async Task<IActionResult> RefuseAsync(Failure failure, SessionFilter selection, CancellationToken cancellationToken)
    {
        Error = failure is Invalid { Errors: [var first, ..] } ? first.Message : failure.Message;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await AskAsync(selection, cancellationToken);
    }

    private async Task<IActionResult> AskAsync(SessionFilter selection, CancellationToken cancellationToken)
    {
        Ids = [.. selection.Ids?.Select(id => id.Value) ?? []];
        Chosen = await sessions.CountAsync(selection, cancellationToken);
        Queues = (await directory.ListAsync(null, MostQueues, cancellationToken)).Items;
        Response.Headers.Vary = "HX-Request";
        return Request.Headers.ContainsKey("HX-Request") ? Partial("/Pages/Queues/_AddDialog.cshtml", this) : Page();
    }

    private async Task<SessionFilter?> SelectAsync(CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, null);
        return Request.HasFormContentType ? SessionSelection.Read(await Request.ReadFormAsync(cancellationToken), Address, limits) : null;
    }
}
