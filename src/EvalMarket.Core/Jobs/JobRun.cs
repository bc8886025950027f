using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Jobs;

/// <summary>A job while its handler works on it.</summary>
public sealed class JobRun(EvalMarketDbContext db, IServiceScopeFactory scopes, Job job)
{
    public JobId Id => job.Id;

    public string Workspace => job.Workspace;

    /// <summary>JSON: what to do.</summary>
    public string Payload => job.Payload;

    /// <summary>JSON: where the handler stood when the process ended; null at the first start.</summary>
    public string? Checkpoint => job.Checkpoint;

    /// <summary>Shows progress at once, whatever transaction the handler is in.</summary>
    public async Task ReportAsync(long done, long? total, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(job.Workspace, Actor.Nobody);
        await SaveAsync(scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>(), done, total, null, cancellationToken);
    }

    /// <summary>
    /// Saves progress, and the place to go on from if one is given. Inside a transaction of the handler's context it is part of that transaction:
    /// work and checkpoint are committed together or not at all.
    /// </summary>
    public Task SaveAsync(long done, long? total, string? checkpoint, CancellationToken cancellationToken) =>
        SaveAsync(db, done, total, checkpoint, cancellationToken);

    private async Task SaveAsync(EvalMarketDbContext context, long done, long? total, string? checkpoint, CancellationToken cancellationToken)
    {
        var id = job.Id;
        await context.Jobs.Where(row => row.Id == id).ExecuteUpdateAsync(
            set =>
            {
                set.SetProperty(row => row.Done, done);
                set.SetProperty(row => row.Total, total);
                if (checkpoint is not null)
                {
                    set.SetProperty(row => row.Checkpoint, checkpoint);
                }
            },
            cancellationToken);
    }
}
