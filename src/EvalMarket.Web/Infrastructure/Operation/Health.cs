using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EvalMarket.Web.Infrastructure.Operation;

/// <summary>Marks the health endpoints, which no limit may silence.</summary>
internal sealed class HealthEndpointMetadata;

/// <summary><c>/health/live</c> says that the process answers, <c>/health/ready</c> that database and storage really work. 200 or 503.</summary>
internal static class Health
{
    private const string Ready = "ready";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<DatabaseCheck>("database", tags: [Ready], timeout: Patience)
        .AddCheck<StorageCheck>("storage", tags: [Ready], timeout: Patience);

    public static void MapHealth(this WebApplication app)
    {
        Map(app, "/health/live", _ => false);
        Map(app, "/health/ready", check => check.Tags.Contains(Ready));
    }

    private static void Map(WebApplication app, string path, Func<HealthCheckRegistration, bool> checks) =>
        app.MapHealthChecks(path, new HealthCheckOptions { Predicate = checks, ResponseWriter = WriteAsync })
            .AllowAnonymous().WithMetadata(new HealthEndpointMetadata());

    /// <summary>Which part works and which does not; why is in the log, not for everybody.</summary>
    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var parts = report.Entries.Select(entry => $"\"{entry.Key}\":\"{Word(entry.Value.Status)}\"");
        return context.Response.WriteAsync(
            $"{{\"status\":\"{Word(report.Status)}\",\"checks\":{{{string.Join(',', parts)}}}}}", context.RequestAborted);
    }

    private static string Word(HealthStatus status) => status == HealthStatus.Healthy ? "ok" : "failed";

    private sealed class DatabaseCheck(EvalMarketDbContext database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await database.Workspaces.AnyAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }

    private sealed class StorageCheck(IBlobStore blobs) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await blobs.ProbeAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }
}
