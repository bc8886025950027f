using EvalMarket.Core;
using EvalMarket.Web.Infrastructure.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EvalMarket.Web.Api;

/// <summary>The limits in force.</summary>
internal static class LimitsApi
{
    public static void MapLimits(this IEndpointRouteBuilder api) =>
        api.MapGet("/limits", Get)
            .AllowAnonymous()
            .WithTags("Limits")
            .WithSummary("The limits in force")
            .WithDescription("Every bound on what may be sent, with its value on this server. Sizes are bytes, lengths UTF-16 code units. Needs no sign-in.");

    private static JsonHttpResult<Limits> Get(Limits limits) => TypedResults.Json(limits, WireJson.Default.Limits);
}
