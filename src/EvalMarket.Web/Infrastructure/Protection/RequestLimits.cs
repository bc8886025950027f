using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using EvalMarket.Core;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Infrastructure.Protection;

/// <summary>How much anybody may ask: size of bodies, requests a minute of a key, a person or an address.</summary>
internal static class RequestLimits
{
    private const int SecondsAMinute = 60;

    // Boundaries and part headers around the files.
    private const long MultipartAllowance = 1024 * 1024;

    public static void AddRequestLimits(this IServiceCollection services)
    {
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<Limits>>((kestrel, limits) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = limits.Value.UploadBytes + MultipartAllowance;
        });
        services.AddOptions<FormOptions>().Configure<IOptions<Limits>>((form, limits) =>
        {
            form.MultipartBodyLengthLimit = limits.Value.UploadBytes;
            // Files count as values: a whole folder may come at once.
            form.ValueCountLimit = Math.Max(form.ValueCountLimit, limits.Value.UploadFiles);
            form.ValueLengthLimit = (int)Math.Min(limits.Value.SyncBytes, int.MaxValue);
        });
        services.AddSingleton<SignInThrottle>();
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(Partition);
            limiter.OnRejected = async (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (long)Math.Ceiling(after.TotalSeconds) : 1;
                await TooManyAsync(rejected.HttpContext, Math.Max(1, wait));
            };
        });
    }

    /// <summary>429 with <c>Retry-After</c>; pages get theirs from the error page.</summary>
    public static async Task TooManyAsync(HttpContext context, long seconds)
    {
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        if (context.IsApi())
            await Problem.Of(429, "too_many_requests", $"Too many requests. Try again in {seconds} s.").ExecuteAsync(context);
    }

    private static RateLimitPartition<string> Partition(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<StaticAssetDescriptor>() is not null || metadata?.GetMetadata<Operation.HealthEndpointMetadata>() is not null)
            return RateLimitPartition.GetNoLimiter("");

        var limits = context.RequestServices.GetRequiredService<Limits>();
        return context.Features.Get<KeyInUse>() is { } key ? Bucket($"key {key.Id.Value}", limits.RequestsPerMinutePerKey)
            : context.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } user ? Bucket($"user {user}", limits.RequestsPerMinutePerKey)
            : Bucket($"address {context.Connection.RemoteIpAddress}", limits.RequestsPerMinutePerAddress);
    }

    /// <summary>A minute's worth at once, filled again second by second.</summary>
    private static RateLimitPartition<string> Bucket(string name, int perMinute) => perMinute == 0
        ? RateLimitPartition.GetNoLimiter("")
        : RateLimitPartition.GetTokenBucketLimiter(name, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / SecondsAMinute),
            ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, SecondsAMinute / perMinute)),
            QueueLimit = 0,
        });
}
