using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EvalMarket.Core.Jobs;

/// <summary>
/// Does queued jobs, one at a time in each process. A job belongs to whoever holds its lease; a lease that is not renewed
/// (the process died) frees the job for another start, which goes on from its checkpoint.
/// </summary>
public sealed partial class JobWorker(
    IServiceScopeFactory scopes, JobSignal signal, InstanceName instance, TimeProvider clock, ILogger<JobWorker> logger) : BackgroundService
{
    /// <summary>Starts after which a job that never ends well is given up.</summary>
    public const int MaxAttempts = 5;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private string Owner => instance.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isFirst = true;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    if (isFirst)
                    {
                        await ReleaseAsync(stoppingToken);
                        isFirst = false;
                    }

                    while (await ClaimAsync(stoppingToken) is { } claimed)
                    {
                        await RunAsync(claimed, stoppingToken);
                    }
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // The database may be away for a while; the queue is looked at again.
                    Log.QueueFailed(logger, exception);
                }

                await signal.WaitAsync(Look, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Log.Stopped(logger);
        }
    }

    /// <summary>Frees what a former life of this process, which had the same name, was working on.</summary>
    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = clock.GetUtcNow();
        await scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Jobs
            .IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(job => job.Status == JobStatus.Running && job.LeaseOwner == Owner)
            .ExecuteUpdateAsync(set => set.SetProperty(job => job.LeaseUntil, now - Lease), cancellationToken);
    }

    private async Task<Job?> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var jobs = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Jobs.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]);
        var now = clock.GetUtcNow();
        var candidates = await jobs.AsNoTracking()
            .Where(job => job.Status == JobStatus.Queued || (job.Status == JobStatus.Running && job.LeaseUntil < now))
            .OrderBy(job => job.Id)
            .Take(5)
            .ToListAsync(cancellationToken);
        foreach (var job in candidates)
        {
            // Whoever changes the row first has it.
            var attempts = job.Attempts;
            var claimed = await jobs
                .Where(row => row.Workspace == job.Workspace && row.Id == job.Id && row.Attempts == attempts && row.Status == job.Status)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(row => row.Status, JobStatus.Running)
                        .SetProperty(row => row.Attempts, attempts + 1)
                        .SetProperty(row => row.LeaseOwner, Owner)
                        .SetProperty(row => row.LeaseUntil, now + Lease)
                        .SetProperty(row => row.StartedAt, row => row.StartedAt ?? now),
                    cancellationToken);
            if (claimed == 1)
            {
                return await jobs.AsNoTracking().SingleAsync(row => row.Workspace == job.Workspace && row.Id == job.Id, cancellationToken);
            }
        }

        return null;
    }

    private async Task RunAsync(Job job, CancellationToken stoppingToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var finished = new CancellationTokenSource();
        var watching = WatchAsync(job, cancel, finished.Token);
        JobStatus status;
        JobEnd end;
        Log.Started(logger, job.Kind, job.Id, job.Attempts);
        try
        {
            if (job.CancelRequested)
            {
                // Asked for while nobody worked at it: its process had died.
                await cancel.CancelAsync();
                cancel.Token.ThrowIfCancellationRequested();
            }

            end = job.Attempts > MaxAttempts
                ? new JobEnd(null, new Conflict("job_given_up", $"This was started {MaxAttempts} times and never came to an end; the server's log says why."))
                : await HandleAsync(job, cancel.Token);
            status = end.Failure is null ? JobStatus.Completed : JobStatus.Failed;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops: the job goes back and is continued at the next start.
            await finished.CancelAsync();
            await watching;
            await EndAsync(job, JobStatus.Queued, null);
            return;
        }
        catch (OperationCanceledException)
        {
            (status, end) = (JobStatus.Cancelled, new JobEnd(null));
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception, job.Kind, job.Id);
            var message = exception is StorageException ? exception.Message : "Something broke on the server; its log says what. Nothing was half done: it is safe to try again.";
            (status, end) = (JobStatus.Failed, new JobEnd(null, new Conflict("job_failed", message)));
        }

        await finished.CancelAsync();
        await watching;
        await EndAsync(job, status, end);
        Log.Ended(logger, job.Kind, job.Id, status);
    }

    private async Task<JobEnd> HandleAsync(Job job, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var handler = scope.ServiceProvider.GetServices<IJobHandler>().SingleOrDefault(handler => handler.Kind == job.Kind)
            ?? throw new InvalidOperationException($"No handler for jobs of kind {job.Kind}.");
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(job.Workspace, new Actor(job.CreatedBy, job.CreatedByUser, null, Permission.None));
        return await handler.RunAsync(new JobRun(scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>(), scopes, job), cancellationToken);
    }

    /// <summary>Renews the lease, and hears of cancellation.</summary>
    private async Task WatchAsync(Job job, CancellationTokenSource cancel, CancellationToken finished)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Look, clock, finished);
                try
                {
                    await using var scope = scopes.CreateAsyncScope();
                    var mine = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Jobs
                        .IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
                        .Where(row => row.Workspace == job.Workspace && row.Id == job.Id && row.LeaseOwner == Owner && row.Attempts == job.Attempts);
                    var until = clock.GetUtcNow() + Lease;
                    if (await mine.ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, until), finished) == 0
                        || await mine.AnyAsync(row => row.CancelRequested, finished))
                    {
                        await cancel.CancelAsync();
                    }
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    Log.QueueFailed(logger, exception);
                }
            }
        }
        catch (OperationCanceledException) when (finished.IsCancellationRequested)
        {
            // The job has ended.
        }
    }

    private async Task EndAsync(Job job, JobStatus status, JobEnd? end)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = clock.GetUtcNow();
        var errors = end is { Errors.Count: > 0 } ? JsonSerializer.Serialize(end.Errors, JobJsonContext.Default.IReadOnlyListContentError) : null;
        var attempts = status == JobStatus.Queued ? job.Attempts - 1 : job.Attempts;
        await scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Jobs
            .IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(row => row.Workspace == job.Workspace && row.Id == job.Id && row.LeaseOwner == Owner && row.Attempts == job.Attempts)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.Status, status)
                    .SetProperty(row => row.Attempts, attempts)
                    .SetProperty(row => row.Result, end == null ? null : end.Result)
                    .SetProperty(row => row.Errors, errors)
                    .SetProperty(row => row.LeaseOwner, (string?)null)
                    .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null)
                    .SetProperty(row => row.FinishedAt, status == JobStatus.Queued ? null : now),
                CancellationToken.None);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Job {Kind} {Id} starts (start {Attempt})")]
        public static partial void Started(ILogger logger, string kind, JobId id, int attempt);

        [LoggerMessage(Level = LogLevel.Information, Message = "Job {Kind} {Id} ended: {Status}")]
        public static partial void Ended(ILogger logger, string kind, JobId id, JobStatus status);

        [LoggerMessage(Level = LogLevel.Error, Message = "Job {Kind} {Id} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string kind, JobId id);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The job queue could not be read; trying again")]
        public static partial void QueueFailed(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The job worker has stopped")]
        public static partial void Stopped(ILogger logger);
    }
}
