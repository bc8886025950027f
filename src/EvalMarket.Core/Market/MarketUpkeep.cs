using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EvalMarket.Core.Market;

/// <summary>What the market needs now and then: uploads that became no bundle are removed, submissions that nobody works at are given to a job.</summary>
public sealed partial class MarketUpkeep(IServiceScopeFactory scopes, TimeProvider clock, ILogger<MarketUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(First, clock, stoppingToken);
            while (true)
            {
                try
                {
                    await KeepAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    Log.Failed(logger, exception);
                }

                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Log.Stopped(logger);
        }
    }

    /// <summary>Goes through all workspaces once.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        List<string> workspaces;
        await using (var scope = scopes.CreateAsyncScope())
            workspaces = await scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Workspaces.Select(row => row.Slug).ToListAsync(cancellationToken);
        foreach (var workspace in workspaces)
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Tenant>().Enter(workspace, Actor.Nobody);
            await scope.ServiceProvider.GetRequiredService<BundleCleaning>().CleanAsync(cancellationToken);
            await scope.ServiceProvider.GetRequiredService<SubmissionResuming>().ResumeAsync(cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The upkeep of the market failed; it is tried again in half an hour")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The upkeep of the market has stopped")]
        public static partial void Stopped(ILogger logger);
    }
}
