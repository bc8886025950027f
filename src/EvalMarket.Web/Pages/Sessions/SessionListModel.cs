using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Changes;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Shared.Lists;
using EvalMarket.Web.Pages.Views;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What the Sessions and Evals pages have in common: one list, its filters, its bulk changes.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal abstract class SessionListModel(
    SessionDirectory directory, SessionSnippets snippets, SavedViews savedViews, SessionLabels labels, SessionBulkJob bulkJobs, SessionDeletion deletion, Tenant tenant, Limits limits) : PageModel
{
    private const int PageSize = 50;

    /// <summary>The element that holds the list.</summary>
    private const string ResultsId = "results";

    public abstract bool IsEvals { get; }

    public SessionAddress Address { get; private set; } = null!;

    public IReadOnlyList<SessionRow> Rows { get; private set; } = [];

    public SessionPlace? OlderFrom { get; private set; }

    public SessionPlace? NewerFrom { get; private set; }

    public SessionTotal Total { get; private set; }

    /// <summary>"1,284", or "4,500+" where counting stopped.</summary>
    public string TotalText => TotalWords.Of(Total);

    /// <summary>The words of the search, to be marked where they were found.</summary>
    public IReadOnlyList<string> Words { get; private set; } = [];

    /// <summary>Where in its text a session was found.</summary>
    public IReadOnlyDictionary<SessionId, string> Snippets { get; private set; } = new Dictionary<SessionId, string>();

    /// <summary>The imports that the list is narrowed to.</summary>
    public IReadOnlyDictionary<JobId, ImportedPart> Imports { get; private set; } = new Dictionary<JobId, ImportedPart>();

    /// <summary>The table's columns, in order.</summary>
    public IReadOnlyList<SessionTableColumn> Columns { get; private set; } = [];

    /// <summary>The columns that there are, for whoever wants others.</summary>
    public ColumnForm ColumnForm => new(Address.Handler("columns"), Columns, SessionTableColumn.Of(IsEvals).All);

    /// <summary>The tabs above the list.</summary>
    public SavedViewTabs Views { get; private set; } = null!;

    /// <summary>Of all sessions of the list, whatever the filter.</summary>
    public SessionCounts Counts { get; private set; } = null!;

    public IReadOnlyList<Facet> Facets { get; private set; } = [];

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
        Facets = Request.Query["facets"] == "all" ? await SessionFacets.AllAsync(directory, Address, cancellationToken) : SessionFacets.Closed(Address);
        return Page();
    }

    /// <summary>One facet's values with their numbers, when its popover opens, or those that hold what was typed there.</summary>
    public async Task<IActionResult> OnGetFacetAsync(string? name, string? find, CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, IsEvals);
        return await SessionFacets.OfAsync(directory, Address, name, find, cancellationToken) is { } facet
            ? Partial("/Pages/Shared/Lists/_FacetValues.cshtml", facet)
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
        Facets = SessionFacets.Closed(Address);
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

    /// <summary>Chooses the columns: for the address when it names some, as a saved view's does, else for the person on all their visits.</summary>
    public async Task<IActionResult> OnPostColumnsAsync(CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, IsEvals);
        var chosen = SessionTableColumn.Of(IsEvals).Read(await Request.ReadFormAsync(cancellationToken));
        if (Address.Columns is not null)
        {
            Address = Address with { Columns = SessionTableColumn.Write(chosen) };
        }
        else
        {
            SessionTableColumn.Of(IsEvals).Keep(HttpContext, chosen);
        }

        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            return Redirect(Address.ListPage());
        }

        Columns = chosen;
        Response.Headers["HX-Push-Url"] = Address.Columns is null ? "false" : OpenPanel.Of<SessionId>(Request) is { } session ? Address.Beside(session.Value) : Address.ListPage();
        return await ResultsAsync(cancellationToken);
    }

    /// <summary>Keeps the list as it stands under a name.</summary>
    public Task<IActionResult> OnPostViewAsync(string? name, bool shared, CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, IsEvals);
        return this.SaveViewAsync(savedViews, ViewedAs, null, Viewable(null), new NewView(name, shared), Address.ListPage(), cancellationToken);
    }

    /// <summary>Puts the list as it stands into the view that it was opened from.</summary>
    public Task<IActionResult> OnPostUpdateViewAsync(CancellationToken cancellationToken)
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, IsEvals);
        return this.UpdateViewAsync(savedViews, ViewedAs, null, Viewable(null), Address.ListPage(), cancellationToken);
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();

    private ViewedList ViewedAs => IsEvals ? ViewedList.Evals : ViewedList.Sessions;

    /// <summary>The list as it stands, with the columns that the person sees.</summary>
    private ViewableList Viewable(SessionCounts? counts) =>
        SessionViews.Of(Address, SessionTableColumn.Write(Columns.Count > 0 ? Columns : SessionTableColumn.Of(IsEvals).Of(HttpContext, Address.Columns)), counts);

    private async Task<SessionFilter?> SelectAsync()
    {
        Address = SessionAddress.Read(HttpContext, tenant.Required, IsEvals);
        return Request.HasFormContentType ? SessionSelection.Read(await Request.ReadFormAsync(HttpContext.RequestAborted), Address, limits) : null;
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var filter = Address.Filter;
        var order = Address.Order;
        if (Address.Before is { } before && await directory.ListBackAsync(filter, before, PageSize, cancellationToken) is { Count: PageSize } newer)
        {
            Rows = newer;
            OlderFrom = SessionPlace.Of(newer[^1], order);
        }
        else
        {
            var page = await directory.ListAsync(filter, order, Address.After, PageSize, cancellationToken);
            Rows = page.Items;
            OlderFrom = page.Next;
        }

        var isFirst = (Address.After ?? Address.Before) is null;
        if (Rows.Count > 0 && !isFirst && SessionPlace.Of(Rows[0], order) is var first && await directory.HasBeforeAsync(filter, first, cancellationToken))
        {
            NewerFrom = first;
        }

        Total = isFirst && OlderFrom is null ? new SessionTotal(Rows.Count, false) : await directory.TotalAsync(filter, cancellationToken);
        Counts = await directory.CountByStatusAsync(IsEvals ? new SessionFilter { EvalReady = true } : SessionFilter.All, cancellationToken);
        Words = filter.Query is { Length: > 0 } query ? SearchWords.OfQuery(query) : [];
        Snippets = await snippets.OfAsync(Rows, filter.Query, cancellationToken);
        Imports = await directory.ImportsAsync(filter.Imports, cancellationToken);
        Columns = Columns.Count > 0 ? Columns : SessionTableColumn.Of(IsEvals).Of(HttpContext, Address.Columns);
        Views = SavedViewTabs.Of(Viewable(Counts), await savedViews.ListAsync(ViewedAs, null, cancellationToken), savedViews);
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
            return Redirect(Address.ListPage());
        }

        Response.Headers["HX-Trigger"] = toast.ToTrigger(labelsChanged: toast.Undo is not null, peekGone: OpenPanel.Of<SessionId>(Request) is { } session && !await directory.ExistsAsync(session, cancellationToken));
        // Elsewhere, after an import, there is no list to bring up to date.
        return Request.Headers["HX-Target"] == ResultsId ? await ResultsAsync(cancellationToken) : new NoContentResult();
    }

    private IActionResult Problem(ToastMessage toast) => this.Refuse(toast, Address.ListPage());
}

/// <summary>A deletion that waits for a yes.</summary>
/// <param name="Ids">Empty when all that match are meant.</param>
internal sealed record SessionDeletionView(int Count, SessionAddress Address, IReadOnlyList<string> Ids, bool IsAllMatching);
