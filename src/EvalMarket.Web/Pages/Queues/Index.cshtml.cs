using EvalMarket.Core.Annotation;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>All annotation queues of the workspace.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class QueuesModel(QueueDirectory directory, Tenant tenant) : PageModel
{
    private const int PageSize = 50;

    public IReadOnlyList<(QueueRow Row, QueueNumbers Numbers)> Queues { get; private set; } = [];

    /// <summary>The next page; null on the last one.</summary>
    public string? Older { get; private set; }

    public bool IsLaterPage { get; private set; }

    public string Workspace => tenant.Required;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public async Task OnGetAsync(string? before, CancellationToken cancellationToken)
    {
        QueueId? from = TypeId.TryParse<QueueId>(before, out var id) ? id : null;
        IsLaterPage = from is not null;
        var (rows, next) = await directory.ListAsync(from, PageSize, cancellationToken);
        var numbers = await directory.CountAsync([.. rows.Select(row => row.Id)], cancellationToken);
        Queues = [.. rows.Select(row => (row, numbers[row.Id]))];
        Older = next is { } end ? $"{Addresses.Queues(Workspace)}?before={end}" : null;
    }

    public bool MayReview(QueueRow row) => QueueRules.MayNotReview(row, tenant.Actor) is null;
}
