using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Changes;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What the Sessions and Evals pages have in common: one list, its filters, its bulk changes.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal abstract class SessionListModel(
    SessionDirectory directory, SessionLabels labels, SessionBulkJob bulkJobs, SessionDeletion deletion, Tenant tenant, Limits limits) : PageModel
{
    private const int PageSize = 50;

    /// <summary>The element that holds the list.</summary>
    private const string ResultsId = "results";

    public abstract bool IsEvals { get; }

    public SessionAddress Address { get; private set; } = null!;

    public IReadOnlyList<SessionRow> Rows { get; private set; } = [];

    public SessionPosition? OlderFrom { get; private set; }

    public SessionPosition? NewerFrom { get; private set; }

    public int Total { get; private set; }

    /// <summary>Of all sessions of the list, whatever the filter.</summary>
    public SessionCounts Counts { get; private set; } = null!;

    public IReadOnlyList<SessionFacetView> Facets { get; private set; } = [];

    /// <summary>What is about to be deleted, where scripts do not show it as a dialog.</summary>
    public SessionDeletionView? Deletion { get; private set; }

    public bool HasFullText => directory.HasFullTextSearch;

    public bool MayLabel => tenant.Actor.May(Permission.Label);

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public bool MayExport => tenant.Actor.May(Permission.Export);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, IsEvals);
        Response.Headers.Vary = "HX-Request";
        if (Request.Headers.ContainsKey("HX-Request"))
        {
            return await ResultsAsync(cancellationToken);
        }

        await LoadAsync(cancellationToken);
        Facets = await SessionFacetView.AllAsync(directory, Address, cancellationToken);
        return Page();
    }

    /// <summary>One facet's values with fresh numbers, when its popover opens.</summary>
    public async Task<IActionResult> OnGetFacetAsync(string? name, CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, IsEvals);
        return await SessionFacetView.OfAsync(directory, Address, name, cancellationToken) is { } facet
            ? Partial("/Pages/Sessions/_FacetValues.cshtml", facet)
            : NotFound();
    }

    [RequirePermission(Permission.Label)]
    public async Task<IActionResult> OnPostBulkAsync(string? action, string? tag, CancellationToken cancellationToken)
    {
        if (await SelectAsync() is not { } selection)
        {
            return BadRequest();
        }

        if (BulkChange.Of(action, tag, limits) is not { } bulk)
        {
            return Problem(new ToastMessage("Nothing was changed.") { Tone = "error", Detail = "Give a tag of at most 100 characters." });
        }

        if (selection.Ids is null && await directory.CountAsync(selection, cancellationToken) > SessionBulkJob.RequestSessions)
        {
            var job = await bulkJobs.EnqueueAsync(selection, bulk.Change, cancellationToken);
            var page = Addresses.Job(tenant.Required, job.Id.Value);
            if (!Request.Headers.ContainsKey("HX-Request"))
            {
                return Redirect(page);
            }

            Response.Headers["HX-Redirect"] = page;
            return new EmptyResult();
        }

        var outcome = await labels.RecordAsync(selection, bulk.Change, null, cancellationToken);
        return outcome.Succeeded(out var result, out var failure)
            ? await AnswerAsync(new ToastMessage(bulk.Words(result.Sessions)) { Tone = "good", Undo = result.Change is { } change ? ChangeWords.Undo(tenant.Required, change, Address.Handler("undo")) : null }, cancellationToken)
            : Problem(new ToastMessage("Nothing was changed.") { Tone = "error", Detail = failure.Message });
    }

    /// <summary>Takes a change back that was made from the list.</summary>
    [RequirePermission(Permission.Label)]
    public async Task<IActionResult> OnPostUndoAsync(long change, CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, IsEvals);
        var outcome = await labels.UndoAsync(change, null, cancellationToken);
        return outcome.Succeeded(out var undo, out var failure) ? await AnswerAsync(ChangeWords.Of(undo, tenant.Required, Address.Handler("undo")), cancellationToken)
            : failure is Core.NotFound ? NotFound()
            : Problem(new ToastMessage("Nothing was undone.") { Tone = "error", Detail = failure.Message });
    }

    /// <summary>Asks before it deletes, with the number.</summary>
    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostConfirmAsync(CancellationToken cancellationToken)
    {
        if (await SelectAsync() is not { } selection)
        {
            return BadRequest();
        }

        var count = await directory.CountAsync(selection, cancellationToken);
        Deletion = new SessionDeletionView(count, Address, [.. selection.Ids?.Select(id => id.Value) ?? []], selection.Ids is null);
        if (Request.Headers.ContainsKey("HX-Request"))
        {
            return Partial("/Pages/Sessions/_DeletionDialog.cshtml", Deletion);
        }

        await LoadAsync(cancellationToken);
        Facets = await SessionFacetView.AllAsync(directory, Address, cancellationToken);
        return Page();
    }

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken)
    {
        if (await SelectAsync() is not { } selection)
        {
            return BadRequest();
        }

        var outcome = await deletion.DeleteAsync(selection, null, cancellationToken);
        return outcome.Succeeded(out var deleted, out var failure)
            ? await AnswerAsync(new ToastMessage($"{Display.Count(deleted, "session")} deleted") { Tone = "good" }, cancellationToken)
            : Problem(new ToastMessage("Nothing was deleted.") { Tone = "error", Detail = failure.Message });
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();

    private async Task<SessionFilter?> SelectAsync()
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, IsEvals);
        return Request.HasFormContentType ? SessionSelection.Read(await Request.ReadFormAsync(HttpContext.RequestAborted), Address, limits) : null;
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var filter = Address.Filter;
        if (Address.Before is { } before && await directory.ListBackAsync(filter, before, PageSize, cancellationToken) is { Count: PageSize } newer)
        {
            Rows = newer;
            OlderFrom = PositionOf(newer[^1]);
        }
        else
        {
            var page = await directory.ListAsync(filter, Address.After, PageSize, cancellationToken);
            Rows = page.Items;
            OlderFrom = page.Next;
        }

        if (Rows.Count > 0 && (Address.After ?? Address.Before) is not null && await directory.HasNewerAsync(filter, PositionOf(Rows[0]), cancellationToken))
        {
            NewerFrom = PositionOf(Rows[0]);
        }

        Total = Rows.Count < PageSize && OlderFrom is null && Address is { After: null, Before: null } ? Rows.Count : await directory.CountAsync(filter, cancellationToken);
        Counts = await directory.CountByStatusAsync(IsEvals ? new SessionFilter { EvalReady = true } : SessionFilter.All, cancellationToken);
    }

    private async Task<IActionResult> ResultsAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Partial("/Pages/Sessions/_Results.cshtml", this);
    }

    private async Task<IActionResult> AnswerAsync(ToastMessage toast, CancellationToken cancellationToken)
    {
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            this.Toast(toast);
            return Redirect(Address.List());
        }

        Response.Headers["HX-Trigger"] = toast.ToTrigger();
        // Elsewhere, after an import, there is no list to bring up to date.
        return Request.Headers["HX-Target"] == ResultsId ? await ResultsAsync(cancellationToken) : new NoContentResult();
    }

    private IActionResult Problem(ToastMessage toast)
    {
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            this.Toast(toast);
            return Redirect(Address.List());
        }

        Response.Headers["HX-Trigger"] = toast.ToTrigger();
        Response.Headers["HX-Reswap"] = "none";
        return new OkResult();
    }

    private static SessionPosition PositionOf(SessionRow row) => new(row.CreatedAt, row.Id);
}

/// <summary>A deletion that waits for a yes.</summary>
/// <param name="Ids">Empty when all that match are meant.</param>
internal sealed record SessionDeletionView(int Count, SessionAddress Address, IReadOnlyList<string> Ids, bool IsAllMatching);
