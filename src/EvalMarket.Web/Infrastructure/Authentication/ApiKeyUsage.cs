using System.Threading.Channels;
using EvalMarket.Core.Workspaces;

namespace EvalMarket.Web.Infrastructure.Authentication;

/// <summary>Writes down when keys were last used, behind the requests' back and at most once a minute for each.</summary>
internal sealed partial class ApiKeyUsage(IServiceScopeFactory scopes, TimeProvider time, ILogger<ApiKeyUsage> logger) : BackgroundService
{
    // When there are more keys at work than this, some uses go unrecorded until the next request.
    private const int Capacity = 1000;

    private readonly Channel<(KeyInUse Key, DateTimeOffset At)> uses =
        Channel.CreateBounded<(KeyInUse, DateTimeOffset)>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Note(KeyInUse key)
    {
        var now = time.GetUtcNow();
        if (key.LastUsedAt is null || now - key.LastUsedAt >= ApiKeyDirectory.LastUsedPrecision)
            uses.Writer.TryWrite((key, now));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Dictionary<string, DateTimeOffset> written = [];
        await foreach (var (key, at) in uses.Reader.ReadAllAsync(stoppingToken))
        {
            // Requests that came before the first write was seen.
            if (written.TryGetValue(key.Id.Value, out var last) && at - last < ApiKeyDirectory.LastUsedPrecision)
                continue;
            if (written.Count > Capacity)
                written.Clear();

            written[key.Id.Value] = at;
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<ApiKeyDirectory>().TouchAsync(key.Workspace, key.Id, at, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Not worth a failed request, nor the end of the app: the next use tries again.
                Log.NotRecorded(logger, key.Id.Value, exception);
                written.Remove(key.Id.Value);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The use of {Key} could not be recorded")]
        public static partial void NotRecorded(ILogger logger, string key, Exception exception);
    }
}
