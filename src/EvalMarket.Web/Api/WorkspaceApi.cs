using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Web.Api;

/// <summary>Where a key belongs and what it may do.</summary>
internal static class WorkspaceApi
{
    public static void MapWorkspace(this IEndpointRouteBuilder api) =>
        api.MapGet("/workspace", GetAsync)
            .RequirePermission(Permission.Read)
            .WithTags("Workspace")
            .WithSummary("The workspace of this key")
            .WithDescription("Answers `{slug, name, created_at, actor, scopes[]}`: the first thing to ask when a key does not do what it should.");

    private static async Task<Ok<WorkspaceAnswer>> GetAsync(EvalMarketDbContext database, Tenant tenant, CancellationToken cancellationToken)
    {
        var row = await database.Workspaces.AsNoTracking().SingleAsync(workspace => workspace.Slug == tenant.Required, cancellationToken);
        var scopes = Permissions.Scopes.Where(scope => tenant.Actor.May(Permissions.Of(scope.Scope))).Select(scope => scope.WireName);
        return TypedResults.Ok(new WorkspaceAnswer(row.Slug, row.Name, row.CreatedAt, tenant.Actor.Name, [.. scopes]));
    }
}

/// <summary>The answer of <c>GET /api/workspace</c>.</summary>
internal sealed record WorkspaceAnswer(string Slug, string Name, DateTimeOffset CreatedAt, string Actor, IReadOnlyList<string> Scopes);
