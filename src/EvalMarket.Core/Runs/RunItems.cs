using EvalMarket.Core.Datasets.Items;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Runs;

/// <summary>A result beside the item that it is for, as the item was in the version that the run ran on.</summary>
/// <param name="Item">Null when that version cannot be read any more.</param>
public sealed record RunItemView(RunResultView Result, DatasetItem? Item);

/// <summary>Finds the items of results.</summary>
public sealed class RunItems(RunDirectory runs, ItemStore items)
{
    /// <summary>The same list, each with its item.</summary>
    public async Task<IReadOnlyList<RunItemView>> WithItemsAsync(RunView run, IReadOnlyList<RunResultView> results, CancellationToken cancellationToken)
    {
        var views = new List<RunItemView>(results.Count);
        foreach (var result in results)
        {
            var outcome = await items.OpenAsync(run.Row.DatasetId, result.Row.ItemId, run.Row.DatasetVersion, cancellationToken);
            views.Add(new RunItemView(result, outcome.Succeeded(out var item, out _) ? item.Read() : null));
        }

        return views;
    }

    /// <summary>The result for an item, with the item; null when the run has none.</summary>
    public async Task<RunItemView?> FindAsync(RunView run, ItemId item, CancellationToken cancellationToken) =>
        await runs.ResultAsync(run, item, cancellationToken) is { } result ? (await WithItemsAsync(run, [result], cancellationToken))[0] : null;
}
