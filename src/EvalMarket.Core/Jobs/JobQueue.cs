using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Jobs;

/// <summary>Puts jobs into the queue, shows them, and asks them to stop.</summary>
public sealed class JobQueue(EvalMarketDbContext db, JobSignal signal, TimeProvider clock)
{
    public static JobId NewId(TimeProvider clock) => TypeId.New<JobId>(clock.GetUtcNow());

    /// <summary>Durable when it returns: the job will be done even if the process ends now.</summary>
    /// <param name="id">Made before, so that files can be staged under it.</param>
    public async Task<Job> EnqueueAsync(JobId id, string kind, string title, string payload, long? total, CancellationToken cancellationToken)
    {
        var job = new Job
        {
            Workspace = db.Tenant.Required,
            Id = id,
            Kind = kind,
            Title = title,
            Payload = payload,
            Total = total,
            CreatedBy = db.Tenant.Actor.Name,
            CreatedByUser = db.Tenant.Actor.UserId,
            CreatedAt = clock.GetUtcNow(),
        };
        db.Jobs.Add(job);
        await db.SaveChangesAsync(cancellationToken);
        signal.Raise();
        return job;
    }

    /// <summary>Null when there is none (or it is not yours).</summary>
    public Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken) =>
        db.Jobs.AsNoTracking().FirstOrDefaultAsync(job => job.Id == id, cancellationToken);

    /// <summary>Newest first.</summary>
    public Task<List<Job>> ListAsync(JobId? before, int limit, CancellationToken cancellationToken) =>
        db.Jobs.AsNoTracking()
            .Where(job => before == null || job.Id < before.Value)
            .OrderByDescending(job => job.Id)
            .Take(limit)
            .ToListAsync(cancellationToken);

    /// <summary>A queued job is cancelled at once, a running one is asked to stop; one that has ended stays as it is.</summary>
    /// <returns>The job as it is now; null when there is none.</returns>
    public async Task<Job?> CancelAsync(JobId id, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await db.Jobs.Where(job => job.Id == id && job.Status == JobStatus.Queued).ExecuteUpdateAsync(
            set => set.SetProperty(job => job.Status, JobStatus.Cancelled).SetProperty(job => job.FinishedAt, now),
            cancellationToken);
        await db.Jobs.Where(job => job.Id == id && job.Status == JobStatus.Running).ExecuteUpdateAsync(
            set => set.SetProperty(job => job.CancelRequested, true),
            cancellationToken);
        signal.Raise();
        return await FindAsync(id, cancellationToken);
    }
}
