using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>Keeps the numbers of a listing that come from everybody's submissions: runs, and the best score of those on the leaderboard. They are the only thing that a buyer's work changes on a seller's row.</summary>
public sealed class ListingStatistics(EvalMarketDbContext db, TimeProvider clock)
{
    public async Task UpdateAsync(ListingId listing, CancellationToken cancellationToken)
    {
        var done = db.Submissions.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).Where(row => row.ListingId == listing && row.Status == SubmissionStatus.Completed);
        var runs = await done.CountAsync(cancellationToken);
        var best = await done.Where(row => row.LeaderboardName != null)
            .OrderByDescending(row => row.Score).Select(row => new { row.Score, row.TaskCount, row.Reveal }).FirstOrDefaultAsync(cancellationToken);
        var shown = best is null ? null : ScoreRounding.Overall(best.Score, best.TaskCount, best.Reveal);
        var now = clock.GetUtcNow();
        await db.Listings.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).Where(row => row.Id == listing).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Runs, runs).SetProperty(row => row.BestScore, shown).SetProperty(row => row.ChangedAt, now), cancellationToken);
    }
}
