using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Tests.Sessions;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Tests.Jobs;

public sealed class JobWorkerTests : IAsyncLifetime
{
    private const string Kind = "counting";
    private const long Steps = 10;

    private readonly SessionsHost host = new();
    private readonly Pace pace = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await host.InitializeAsync();
        await host.WithAsync(services => services.AddSingleton(pace).AddScoped<IJobHandler, CountingJob>());
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_job_is_done_and_leaves_its_result()
    {
        var id = await EnqueueAsync();
        pace.Allow(Steps);

        var job = await WorkUntilAsync(id, job => job.Status == JobStatus.Completed);

        Assert.Equal((Steps, Steps, "{\"counted\":10}"), (job.Done, job.Total, job.Result));
        Assert.Null(job.LeaseOwner);
        Assert.Equal(1, job.Attempts);
    }

    [Fact]
    public async Task A_job_that_was_stopped_with_the_server_goes_on_where_it_was()
    {
        var id = await EnqueueAsync();
        pace.Allow(4);
        await WorkUntilAsync(id, job => job.Done == 4);
        var stopped = await FindAsync(id);
        await host.NextLifeAsync();
        pace.Allow(Steps - 4);

        var job = await WorkUntilAsync(id, job => job.Status == JobStatus.Completed);

        Assert.Equal((JobStatus.Queued, 0), (stopped.Status, stopped.Attempts));
        Assert.Equal("{\"counted\":10}", job.Result);
        Assert.Equal(Steps, pace.Counted);
    }

    [Fact]
    public async Task A_job_of_a_dead_process_is_taken_over_when_its_lease_is_over()
    {
        var id = await EnqueueAsync();
        await SetAsync(id, JobStatus.Running, attempts: 1, "another process", host.Clock.GetUtcNow() + TimeSpan.FromSeconds(30));
        pace.Allow(Steps);
        var worker = host.Worker();
        await worker.StartAsync(Cancel);

        // A job that came later is done first: the other one is in somebody's hands.
        var later = await EnqueueAsync();
        await UntilAsync(later, job => job.Status == JobStatus.Completed);
        Assert.Equal("another process", (await FindAsync(id)).LeaseOwner);
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        pace.Allow(Steps);
        var job = await UntilAsync(id, job => job.Status == JobStatus.Completed);
        await worker.StopAsync(Cancel);

        Assert.Equal(2, job.Attempts);
    }

    [Fact]
    public async Task A_job_of_a_former_life_of_this_process_is_taken_over_at_once()
    {
        var id = await EnqueueAsync();
        await SetAsync(id, JobStatus.Running, attempts: 1, "one", host.Clock.GetUtcNow() + TimeSpan.FromSeconds(30));
        pace.Allow(Steps);

        Assert.Equal(2, (await WorkUntilAsync(id, job => job.Status == JobStatus.Completed)).Attempts);
    }

    [Fact]
    public async Task A_job_that_always_kills_its_process_is_given_up()
    {
        var id = await EnqueueAsync();
        await SetAsync(id, JobStatus.Running, JobWorker.MaxAttempts, "one", host.Clock.GetUtcNow());
        pace.Allow(Steps);

        var job = await WorkUntilAsync(id, job => job.Status == JobStatus.Failed);

        Assert.Contains("never came to an end", job.Errors, StringComparison.Ordinal);
        Assert.Equal(0, pace.Counted);
    }

    [Fact]
    public async Task A_running_job_that_is_cancelled_stops()
    {
        var id = await EnqueueAsync();
        pace.Allow(3);
        var worker = host.Worker();
        await worker.StartAsync(Cancel);
        await UntilAsync(id, job => job.Done == 3);

        await host.InAsync<JobQueue>(queue => queue.CancelAsync(id, Cancel));
        var job = await UntilAsync(id, job => job.Status == JobStatus.Cancelled);
        await worker.StopAsync(Cancel);

        Assert.Equal(3, job.Done);
        Assert.NotNull(job.FinishedAt);
    }

    [Fact]
    public async Task A_waiting_job_that_is_cancelled_never_begins()
    {
        var id = await EnqueueAsync();
        await host.InAsync<JobQueue>(queue => queue.CancelAsync(id, Cancel));
        pace.Allow(Steps);
        var other = await EnqueueAsync();

        await WorkUntilAsync(other, job => job.Status == JobStatus.Completed);

        Assert.Equal((JobStatus.Cancelled, 0), ((await FindAsync(id)).Status, (await FindAsync(id)).Attempts));
    }

    [Fact]
    public async Task A_job_that_was_cancelled_after_its_process_had_died_is_not_taken_up_again()
    {
        var id = await EnqueueAsync();
        await SetAsync(id, JobStatus.Running, attempts: 1, "one", host.Clock.GetUtcNow());
        await host.InAsync<JobQueue>(queue => queue.CancelAsync(id, Cancel));
        pace.Allow(Steps);

        await WorkUntilAsync(id, job => job.Status == JobStatus.Cancelled);

        Assert.Equal(0, pace.Counted);
    }

    [Fact]
    public async Task A_job_that_breaks_has_failed_and_says_so_without_details()
    {
        var id = await EnqueueAsync("break");

        var job = await WorkUntilAsync(id, job => job.Status == JobStatus.Failed);

        Assert.DoesNotContain("secret", job.Errors, StringComparison.Ordinal);
        Assert.Contains("log", job.Errors, StringComparison.Ordinal);
    }

    private async Task<JobId> EnqueueAsync(string payload = "count")
    {
        var id = JobQueue.NewId(host.Clock);
        await host.InAsync<JobQueue>(queue => queue.EnqueueAsync(id, Kind, "Counting", payload, null, Cancel));
        return id;
    }

    private Task<Job> FindAsync(JobId id) => host.InAsync<JobQueue, Job>(async queue => (await queue.FindAsync(id, Cancel))!);

    private Task SetAsync(JobId id, JobStatus status, int attempts, string owner, DateTimeOffset until) => host.InAsync<EvalMarketDbContext>(db =>
        db.Jobs.Where(job => job.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(job => job.Status, status).SetProperty(job => job.Attempts, attempts)
                .SetProperty(job => job.LeaseOwner, owner).SetProperty(job => job.LeaseUntil, until),
            Cancel));

    private async Task<Job> WorkUntilAsync(JobId id, Func<Job, bool> isReached)
    {
        var worker = host.Worker();
        await worker.StartAsync(Cancel);
        var job = await UntilAsync(id, isReached);
        await worker.StopAsync(Cancel);
        return job;
    }

    private async Task<Job> UntilAsync(JobId id, Func<Job, bool> isReached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var job = await FindAsync(id);
            if (isReached(job))
                return job;
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>How far the handler may go, and how far it has gone in all its lives.</summary>
    private sealed class Pace : IDisposable
    {
        private readonly SemaphoreSlim allowed = new(0);
        private long counted;

        public long Counted => Interlocked.Read(ref counted);

        public void Allow(long steps) => allowed.Release((int)steps);

        public async Task StepAsync(CancellationToken cancellationToken)
        {
            await allowed.WaitAsync(cancellationToken);
            Interlocked.Increment(ref counted);
        }

        public void Dispose() => allowed.Dispose();
    }

    private sealed class CountingJob(Pace pace) : IJobHandler
    {
        public string Kind => JobWorkerTests.Kind;

        public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
        {
            if (run.Payload == "break")
                throw new InvalidOperationException("A secret of the server.");
            for (var step = long.Parse(run.Checkpoint ?? "0"); step < Steps; step++)
            {
                await pace.StepAsync(cancellationToken);
                await run.SaveAsync(step + 1, Steps, $"{step + 1}", cancellationToken);
            }

            return new JobEnd($"{{\"counted\":{Steps}}}");
        }
    }
}
