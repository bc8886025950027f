using EvalMarket.Core.Data;

namespace EvalMarket.Web.Infrastructure.Startup;

/// <summary><c>reindex</c>: makes the index what the files say, and ends.</summary>
internal static partial class IndexRebuilding
{
    public static async Task RunAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("EvalMarket.Reindex");
        await using var scope = services.CreateAsyncScope();
        foreach (var rebuilder in scope.ServiceProvider.GetServices<IIndexRebuilder>())
        {
            Log.Rebuilding(logger, rebuilder.Name);
            await rebuilder.RebuildAsync(cancellationToken);
        }

        Log.Done(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Rebuilding the index of {Name} from the files")]
        public static partial void Rebuilding(ILogger logger, string name);

        [LoggerMessage(LogLevel.Information, "The index is what the files say")]
        public static partial void Done(ILogger logger);
    }
}
