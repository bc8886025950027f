using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Runs;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Runs;

/// <summary>Runs in a list.</summary>
/// <param name="Next">The page after begins behind this id; null when there is none.</param>
public sealed record RunPage(IReadOnlyList<RunRow> Items, RunId? Next);

/// <summary>A run with its document.</summary>
public sealed record RunView(RunRow Row, RunDocument Document);

/// <summary>A result with where it is in the list.</summary>
public sealed record RunResultView(RunResultRow Row, RunResult Result);

/// <summary>Results in a list, what failed first.</summary>
/// <param name="Next">The page after begins behind this result; null when there is none.</param>
public sealed record RunResultPage(IReadOnlyList<RunResultView> Items, RunResultPlace? Next);

/// <summary>The place of a result in the list.</summary>
public sealed record RunResultPlace(RunOutcome Outcome, ItemId Item);

/// <summary>Which results of a run.</summary>
/// <param name="Section">Index among the run's sections; null for all.</param>
public sealed record RunResultFilter(RunOutcome? Outcome, int? Section);

/// <summary>Finds runs and their results in the index.</summary>
public sealed class RunDirectory(EvalMarketDbContext db, RunFiles files)
{
    /// <summary>Newest first.</summary>
    public async Task<RunPage> ListAsync(DatasetId? dataset, RunId? after, int limit, CancellationToken cancellationToken)
    {
        var found = await db.Runs.AsNoTracking().Where(row => (dataset == null || row.DatasetId == dataset.Value) && (after == null || row.Id < after.Value))
            .OrderByDescending(row => row.Id).Take(limit + 1).ToListAsync(cancellationToken);
        return new RunPage([.. found.Take(limit)], found.Count > limit ? found[limit - 1].Id : null);
    }

    /// <summary>The newest completed runs of a dataset, and whether there are more.</summary>
    public async Task<(IReadOnlyList<RunRow> Runs, bool HasMore)> ListCompletedAsync(DatasetId dataset, int limit, CancellationToken cancellationToken)
    {
        var found = await db.Runs.AsNoTracking().Where(row => row.DatasetId == dataset && row.Status == RunStatus.Completed)
            .OrderByDescending(row => row.Id).Take(limit + 1).ToListAsync(cancellationToken);
        return ([.. found.Take(limit)], found.Count > limit);
    }

    public Task<bool> ExistsAsync(RunId id, CancellationToken cancellationToken) => db.Runs.AnyAsync(row => row.Id == id, cancellationToken);

    /// <summary>Null when there is none (or it is not yours).</summary>
    public async Task<RunView?> FindAsync(RunId id, CancellationToken cancellationToken) =>
        await db.Runs.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is { } row
            ? new RunView(row, await files.ReadDocumentAsync(row, cancellationToken))
            : null;

    /// <summary>What failed first, then what was not judged, then what passed; by item within.</summary>
    public async Task<RunResultPage> ResultsAsync(RunView run, RunResultFilter filter, RunResultPlace? after, int limit, CancellationToken cancellationToken)
    {
        var id = run.Row.Id;
        var rows = db.RunResults.AsNoTracking().Where(row => row.RunId == id);
        if (filter.Outcome is { } outcome)
        {
            rows = rows.Where(row => row.Outcome == outcome);
        }

        if (filter.Section is { } section)
        {
            rows = rows.Where(row => row.Section == section);
        }

        if (after is { } place)
        {
            var (reached, item) = (place.Outcome, place.Item);
            rows = rows.Where(row => row.Outcome > reached || (row.Outcome == reached && row.ItemId > item));
        }

        var found = await rows.OrderBy(row => row.Outcome).ThenBy(row => row.ItemId).Take(limit + 1).ToListAsync(cancellationToken);
        var page = found.Take(limit).ToList();
        var results = await files.ReadResultsAsync(run.Document, run.Row.Workspace, page, cancellationToken);
        return new RunResultPage([.. page.Zip(results, (row, result) => new RunResultView(row, result))], found.Count > limit ? new RunResultPlace(page[^1].Outcome, page[^1].ItemId) : null);
    }

    /// <summary>The result for an item; null when the run has none.</summary>
    public async Task<RunResultView?> ResultAsync(RunView run, ItemId item, CancellationToken cancellationToken)
    {
        var id = run.Row.Id;
        return await db.RunResults.AsNoTracking().FirstOrDefaultAsync(row => row.RunId == id && row.ItemId == item, cancellationToken) is { } row
            ? new RunResultView(row, (await files.ReadResultsAsync(run.Document, run.Row.Workspace, [row], cancellationToken))[0])
            : null;
    }
}
