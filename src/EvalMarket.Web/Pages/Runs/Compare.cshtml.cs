using EvalMarket.Core.Runs;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Runs;

/// <summary>Two runs of a dataset, item by item: what got worse, what got better.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class CompareModel(RunDirectory runs, RunItems items, RunComparisons comparisons, Tenant tenant) : PageModel
{
    private const int PageLength = 25;

    /// <summary>The run that the other is compared with.</summary>
    public RunView Before { get; private set; } = null!;

    public RunView After { get; private set; } = null!;

    public RunComparisonNumbers Numbers { get; private set; } = null!;

    public RunChange Change { get; private set; } = RunChange.Worse;

    public IReadOnlyList<ComparedItem> Items { get; private set; } = [];

    public string? NextHref { get; private set; }

    public string Workspace => tenant.Required;

    public string Href(RunChange change) => Addresses.With(
        Addresses.RunComparison(Workspace, After.Row.Id.Value), [new("with", Before.Row.Id.Value), new("change", change.ToString().ToLowerInvariant())]);

    public async Task<IActionResult> OnGetAsync(string run, string? with, string? change, string? after, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<RunId>(run, out var id) || await runs.FindAsync(id, cancellationToken) is not { } newer
            || !TypeId.TryParse<RunId>(with, out var otherId) || await runs.FindAsync(otherId, cancellationToken) is not { } older || older.Row.DatasetId != newer.Row.DatasetId)
        {
            return NotFound();
        }

        (Before, After) = (older, newer);
        Change = Enum.TryParse<RunChange>(change, ignoreCase: true, out var wanted) && Enum.IsDefined(wanted) ? wanted : RunChange.Worse;
        Numbers = await comparisons.CountAsync(otherId, id, cancellationToken);
        var page = await comparisons.ListAsync(otherId, id, Change, TypeId.TryParse<ItemId>(after, out var item) ? item : null, PageLength, cancellationToken);
        List<ComparedItem> compared = [];
        foreach (var row in page.Items)
        {
            if (await items.FindAsync(older, row.Item, cancellationToken) is { } one && await items.FindAsync(newer, row.Item, cancellationToken) is { } other)
            {
                compared.Add(new ComparedItem(new ResultPanel(Workspace, older, one, false), new ResultPanel(Workspace, newer, other, false)));
            }
        }

        Items = compared;
        NextHref = page.Next is { } next ? $"{Href(Change)}&after={next}" : null;
        return Page();
    }

    /// <summary>There is nothing to send here.</summary>
    public IActionResult OnPost() => NotFound();
}

/// <summary>An item in both runs.</summary>
internal sealed record ComparedItem(ResultPanel Before, ResultPanel After);
