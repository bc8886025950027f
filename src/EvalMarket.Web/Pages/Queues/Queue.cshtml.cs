using EvalMarket.Core.Annotation;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Queues;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Shared.Lists;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>One queue: how far it is, who has done what, how far they agree, and its sessions.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class QueueModel(QueueDirectory directory, QueueAgreement agreement, QueueImport imports, QueueExports exports, Tenant tenant) : PageModel
{
    private const int PageSize = 50;

    private static readonly IReadOnlyList<QueryParameter> Known = [new("state", "Which sessions.", Values: QueueItemFilters.WireNames), QueryParameter.Cursor];

    public QueueRow Row { get; private set; } = null!;

    public QueueNumbers Numbers { get; private set; } = null!;

    public IReadOnlyList<ReviewerNumbers> ByReviewer { get; private set; } = [];

    public AgreementResult Agreement { get; private set; } = null!;

    /// <summary>Who may review; empty for everybody who may label.</summary>
    public IReadOnlyList<string> Reviewers => QueueRules.ReviewersOf(Row);

    public QueueItemFilter Filter { get; private set; }

    public IReadOnlyList<QueueEntry> Items { get; private set; } = [];

    public Pager Pager { get; private set; } = null!;

    /// <summary>Sessions that the person can review now.</summary>
    public int Open { get; private set; }

    public string Workspace => tenant.Required;

    public bool MayReview => QueueRules.MayNotReview(Row, tenant.Actor) is null;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public bool MayExport => tenant.Actor.May(Permission.Export);

    public async Task<IActionResult> OnGetAsync(string queue, CancellationToken cancellationToken)
    {
        if (await FindAsync(queue, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        Row = row;
        var query = new QueryReader(HttpContext, Known);
        Filter = QueueItemFilters.Parse(query.OneOf("state", QueueItemFilters.WireNames));
        var after = QueuesApi.ReadPlace(query);
        Numbers = (await directory.CountAsync([row.Id], cancellationToken))[row.Id];
        ByReviewer = await directory.CountByReviewerAsync(row.Id, cancellationToken);
        Agreement = await agreement.MeasureAsync(row, cancellationToken);
        Open = MayReview ? await directory.CountOpenAsync(row, cancellationToken) : 0;
        var (items, next) = await directory.ListItemsAsync(row.Id, Filter, after, PageSize, cancellationToken);
        Items = items;
        Pager = new Pager(
            $"{Display.Number(items.Count)} of {Display.Number(QueueWords.Count(Numbers, Filter))}",
            after is null ? null : Href(Filter),
            next is null ? null : Href(Filter, next)) { BackWord = "First page" };
        return Page();
    }

    /// <summary>Everything that may be seen, as a file.</summary>
    [RequirePermission(Permission.Export)]
    public async Task<IActionResult> OnGetExportAsync(string queue, string? format, CancellationToken cancellationToken) =>
        await FindAsync(queue, cancellationToken) is not { } row ? NotFound()
        : format is not null && QueueExports.Formats.Contains(format) ? new QueueExportAnswer(exports, row, format)
        : BadRequest();

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostRemoveAsync(string queue, string? session, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<QueueId>(queue, out var id) || !TypeId.TryParse<SessionId>(session, out var item)
            || (await imports.RemoveAsync(id, item, cancellationToken)).Failure is not null)
        {
            return NotFound();
        }

        this.Toast(new ToastMessage("The session is out of the queue") { Tone = "good" });
        return Redirect(Addresses.Queue(Workspace, queue));
    }

    /// <summary>Takes an import back.</summary>
    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostUndoAsync(string queue, long import, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<QueueId>(queue, out var id) || !(await imports.UndoAsync(id, import, cancellationToken)).Succeeded(out var undone, out _))
        {
            return NotFound();
        }

        this.Toast(new ToastMessage($"{Display.Count(undone.Removed, "session")} taken out again")
        {
            Tone = undone.Removed > 0 ? "good" : null,
            Detail = undone.Kept > 0 ? $"{Display.Count(undone.Kept, "session")} stay: somebody has reviewed them or passed them over." : null,
        });
        var address = Addresses.Queue(Workspace, queue);
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            return Redirect(address);
        }

        Response.Headers["HX-Redirect"] = address;
        return new OkResult();
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public IActionResult OnPost() => NotFound();

    public string Href(QueueItemFilter filter, QueuePlace? after = null) =>
        Addresses.Queue(Workspace, Row.Id.Value)
        + QueryString.Create(new KeyValuePair<string, string?>[] { new("state", filter == QueueItemFilter.All ? null : filter.ToWire()), new("cursor", QueuesApi.WritePlace(after)) }.Where(pair => pair.Value is not null))
        + "#sessions";

    /// <summary>Where a row leads: to the decision for who decides what is to be decided, else to the review.</summary>
    public string HrefOf(QueueItemRow item) => MayEdit && item.State != QueueItemState.Waiting
        ? Addresses.Adjudicate(Workspace, Row.Id.Value, item.SessionId.Value)
        : Addresses.Review(Workspace, Row.Id.Value, item.SessionId.Value);

    private async Task<QueueRow?> FindAsync(string queue, CancellationToken cancellationToken) =>
        TypeId.TryParse<QueueId>(queue, out var id) ? await directory.FindAsync(id, cancellationToken) : null;
}
