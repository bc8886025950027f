using EvalMarket.Web.Infrastructure.Authentication;

namespace EvalMarket.Web.Infrastructure.Problems;

/// <summary>Marks an endpoint outside of <c>/api</c> whose errors are problem documents.</summary>
public sealed class ApiEndpointMetadata;

/// <summary>Tells programs from people.</summary>
internal static class ApiRequests
{
    private static readonly PathString Api = "/api";

    /// <summary>Whether errors are answered with problem documents: under <c>/api</c>, at endpoints that say so, and to whoever sends a key.</summary>
    public static bool IsApi(this HttpContext context) =>
        context.Request.Path.StartsWithSegments(Api, StringComparison.Ordinal)
        || context.GetEndpoint()?.Metadata.GetMetadata<ApiEndpointMetadata>() is not null
        || AuthenticationSetup.HasBearer(context.Request);
}
