using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Runs;

/// <summary>How an item did in another run than before.</summary>
public enum RunChange
{
    Worse = 1,
    Better = 2,
    Same = 3,
}

/// <summary>Two runs in numbers.</summary>
/// <param name="OnlyBefore">Items that only the earlier run has a result for.</param>
/// <param name="OnlyAfter">Items that only the later run has a result for.</param>
public sealed record RunComparisonNumbers(long Worse, long Better, long Same, long OnlyBefore, long OnlyAfter);

/// <summary>An item in two runs.</summary>
public sealed record RunComparisonRow(ItemId Item, RunOutcome BeforeOutcome, double? BeforeScore, RunOutcome AfterOutcome, double? AfterScore);

/// <summary>Items in a list.</summary>
/// <param name="Next">The page after begins behind this item; null when there is none.</param>
public sealed record RunComparisonPage(IReadOnlyList<RunComparisonRow> Items, ItemId? Next);

/// <summary>Compares two runs item by item: worse is what passed and does not any more, or was not judged and fails; where the outcome is the same, a lower score.</summary>
public sealed class RunComparisons(EvalMarketDbContext db)
{
    public async Task<RunComparisonNumbers> CountAsync(RunId before, RunId after, CancellationToken cancellationToken)
    {
        var worse = await Of(before, after, RunChange.Worse).LongCountAsync(cancellationToken);
        var better = await Of(before, after, RunChange.Better).LongCountAsync(cancellationToken);
        var both = await Of(before, after, null).LongCountAsync(cancellationToken);
        var inBefore = await db.RunResults.Where(row => row.RunId == before).LongCountAsync(cancellationToken);
        var inAfter = await db.RunResults.Where(row => row.RunId == after).LongCountAsync(cancellationToken);
        return new RunComparisonNumbers(worse, better, both - worse - better, inBefore - both, inAfter - both);
    }

    /// <summary>Items that changed in one way, by id.</summary>
    public async Task<RunComparisonPage> ListAsync(RunId before, RunId after, RunChange change, ItemId? from, int limit, CancellationToken cancellationToken)
    {
        var found = await Of(before, after, change).Where(pair => from == null || pair.Before.ItemId > from.Value).OrderBy(pair => pair.Before.ItemId).Take(limit + 1)
            .Select(pair => new RunComparisonRow(pair.Before.ItemId, pair.Before.Outcome, pair.Before.Score, pair.After.Outcome, pair.After.Score))
            .ToListAsync(cancellationToken);
        return new RunComparisonPage([.. found.Take(limit)], found.Count > limit ? found[limit - 1].Item : null);
    }

    private IQueryable<Pair> Of(RunId before, RunId after, RunChange? change)
    {
        var pairs = db.RunResults.AsNoTracking().Where(row => row.RunId == before)
            .Join(db.RunResults.AsNoTracking().Where(row => row.RunId == after), row => row.ItemId, row => row.ItemId, (one, other) => new Pair { Before = one, After = other });
        return change switch
        {
            RunChange.Worse => pairs.Where(pair => pair.After.Outcome < pair.Before.Outcome || (pair.After.Outcome == pair.Before.Outcome && pair.After.Score < pair.Before.Score)),
            RunChange.Better => pairs.Where(pair => pair.After.Outcome > pair.Before.Outcome || (pair.After.Outcome == pair.Before.Outcome && pair.After.Score > pair.Before.Score)),
            RunChange.Same => pairs.Where(pair => pair.After.Outcome == pair.Before.Outcome
                && (pair.After.Score == pair.Before.Score || pair.After.Score == null || pair.Before.Score == null)),
            _ => pairs,
        };
    }

    private sealed class Pair
    {
        public required RunResultRow Before { get; init; }

        public required RunResultRow After { get; init; }
    }
}
