using System.Security.Claims;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Problems;
using Microsoft.AspNetCore.Antiforgery;

namespace EvalMarket.Web.Infrastructure.Tenancy;

/// <summary>
/// Enters the workspace of the request and checks what its caller may do there, before any handler runs. A workspace that is not the
/// caller's answers as one that never was.
/// </summary>
internal sealed partial class TenancyMiddleware(RequestDelegate next, ILogger<TenancyMiddleware> logger)
{
    /// <summary>Name of the route value and of the query parameter.</summary>
    public const string Workspace = "workspace";

    public async Task InvokeAsync(HttpContext context, Tenant tenant, PersonsWorkspace persons, IAntiforgery antiforgery)
    {
        if (context.GetEndpoint() is not { } endpoint || context.User.Identity?.IsAuthenticated != true)
        {
            await next(context);
            return;
        }

        var key = context.Features.Get<KeyInUse>();
        if (key is null && context.IsApi() && !await HasAntiforgeryTokenAsync(context, antiforgery))
        {
            await Problem.BadRequest("antiforgery", $"Changes by a signed-in browser need the header {AntiforgeryHeader}.").ExecuteAsync(context);
            return;
        }

        var isPublic = endpoint.Metadata.GetMetadata<PublicPlaceAttribute>() is not null;
        var permission = endpoint.Metadata.GetMetadata<RequirePermissionAttribute>()?.Permission
            ?? (context.GetRouteValue(Workspace) is null && !isPublic ? Permission.None : Permission.Read);
        if (permission == Permission.None)
        {
            await next(context);
            return;
        }

        // Where everybody may look, a person who has not said for which workspace looks as everybody.
        if (isPublic && key is null && context.Request.Query[Workspace].Count == 0)
        {
            await persons.EnterAsync(context, tenant);
            await next(context);
            return;
        }

        var refusal = key is null ? await persons.EnterAsync(context, tenant) : Enter(context, tenant, key);
        if (refusal is null && !tenant.Actor.May(permission))
            refusal = MissingPermission.Describe(tenant.Actor, permission);
        if (refusal is null)
        {
            await next(context);
            return;
        }

        Log.Refused(logger, refusal.Status, endpoint.DisplayName, Caller(context, key));
        // Pages get theirs from the error page, whose frame must not show a workspace that the caller has no business in.
        if (context.IsApi())
            await refusal.ExecuteAsync(context);
        else
            context.Response.StatusCode = refusal.Status;
    }

    private const string AntiforgeryHeader = "RequestVerificationToken";

    private static async Task<bool> HasAntiforgeryTokenAsync(HttpContext context, IAntiforgery antiforgery) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method)
        // Only the header counts: looking for a form field would read the body.
        || (context.Request.Headers.ContainsKey(AntiforgeryHeader) && await antiforgery.IsRequestValidAsync(context));

    private static Problem? Enter(HttpContext context, Tenant tenant, KeyInUse key)
    {
        var named = context.GetRouteValue(Workspace) as string ?? context.Request.Query[Workspace].FirstOrDefault();
        if (named is not null && named != key.Workspace)
            return Problem.NotFound();

        tenant.Enter(key.Workspace, new Actor($"key:{key.Name}", null, key.Id, Permissions.Of(key.Scopes)));
        return null;
    }

    private static string Caller(HttpContext context, KeyInUse? key) =>
        key?.Id.Value ?? context.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Refused with {Status}: {Endpoint} to {Caller}")]
        public static partial void Refused(ILogger logger, int status, string? endpoint, string caller);
    }
}
