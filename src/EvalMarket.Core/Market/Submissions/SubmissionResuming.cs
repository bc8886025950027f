using EvalMarket.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>Gives submissions to a job whose request ended before they were graded: the client went away, or the process did.</summary>
public sealed class SubmissionResuming(EvalMarketDbContext db, SubmissionGradingJob jobs, SubmissionReports reports, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Looks through the submissions of the workspace; says how many it gave to a job.</summary>
    public async Task<int> ResumeAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - Patience;
        var left = await db.Submissions.AsNoTracking()
            .Where(row => row.JobId == null && row.CreatedAt < before && (row.Status == SubmissionStatus.Queued || row.Status == SubmissionStatus.Running)).ToListAsync(cancellationToken);
        foreach (var row in left)
            await jobs.EnqueueAsync(row, (await reports.OpenAsync(row.Id, cancellationToken))?.Listing?.Title ?? "a listing", cancellationToken);
        return left.Count;
    }
}
