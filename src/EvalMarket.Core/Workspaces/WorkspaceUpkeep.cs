using EvalMarket.Core.Annotation;
using EvalMarket.Core.Assets;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EvalMarket.Core.Workspaces;

/// <summary>
/// What has to be done now and then: finishing changes that another process left in the middle, folding label logs, removing files of expired exports, removing deleted datasets and thinning old versions, collecting garbage.
/// </summary>
public sealed partial class WorkspaceUpkeep(
    IServiceScopeFactory scopes, Recovery recovery, GarbageCollector garbage, TimeProvider clock, ILogger<WorkspaceUpkeep> logger) : BackgroundService
{
    /// <summary>Files of a log, the labels' or a queue's, that are worth folding.</summary>
    public const long LogsToFold = 500;

    private static readonly TimeSpan First = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private static readonly TimeSpan BetweenCollections = TimeSpan.FromHours(12);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(First, clock, stoppingToken);
            DateTimeOffset? collected = null;
            while (true)
            {
                try
                {
                    await RecoverAsync(stoppingToken);
                    var isDue = collected is null || clock.GetUtcNow() - collected >= BetweenCollections;
                    await KeepAsync(isDue, stoppingToken);
                    collected = isDue ? clock.GetUtcNow() : collected;
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

    /// <summary>Finishes or undoes what a crash left behind. Also runs before the first request.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var report = await recovery.RunAsync(cancellationToken);
        if (report.Recovered > 0)
        {
            Log.Recovered(logger, report.Recovered);
        }

        foreach (var problem in report.Problems)
        {
            Log.NotRecovered(logger, problem.Exception, problem.Intent.Value, problem.Reason);
        }
    }

    private async Task KeepAsync(bool collect, CancellationToken cancellationToken)
    {
        List<string> workspaces;
        await using (var scope = scopes.CreateAsyncScope())
        {
            workspaces = await scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>()
                .Workspaces.Select(workspace => workspace.Slug).ToListAsync(cancellationToken);
        }

        foreach (var workspace in workspaces)
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Tenant>().Enter(workspace, Actor.Nobody);
            await scope.ServiceProvider.GetRequiredService<LabelFolding>().FoldAsync(LogsToFold, cancellationToken);
            await scope.ServiceProvider.GetRequiredService<QueueFolding>().FoldAsync(LogsToFold, cancellationToken);
            await scope.ServiceProvider.GetRequiredService<UploadCleaning>().CleanAsync(cancellationToken);
            await scope.ServiceProvider.GetRequiredService<ExportCleaning>().CleanAsync(cancellationToken);
            await scope.ServiceProvider.GetRequiredService<DatasetUpkeep>().KeepAsync(cancellationToken);
            await scope.ServiceProvider.GetRequiredService<SessionDeletion>().ForgetAsync(cancellationToken);
            if (collect)
            {
                await garbage.CollectAsync(workspace, cancellationToken);
                await scope.ServiceProvider.GetRequiredService<AssetGarbage>().CollectAsync(cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} changes that had been interrupted are finished or undone")]
        public static partial void Recovered(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "The interrupted change {Intent} could not be finished or undone: {Reason}")]
        public static partial void NotRecovered(ILogger logger, Exception? exception, string intent, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "The upkeep failed; it is tried again in an hour")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The upkeep has stopped")]
        public static partial void Stopped(ILogger logger);
    }
}
