using EvalMarket.Core.Workspaces;

namespace EvalMarket.Web.Infrastructure.Tenancy;

/// <summary>
/// What an endpoint asks of whoever calls it. On a page model it holds for the page, on a handler method for that handler; for minimal APIs
/// use <see cref="PermissionConventions.RequirePermission"/>. An endpoint that has it runs inside a workspace.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequirePermissionAttribute(Permission permission) : Attribute
{
    public Permission Permission { get; } = permission;
}

public static class PermissionConventions
{
    /// <summary>The endpoint works in the caller's workspace and needs this of them.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder endpoint, Permission permission)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new RequirePermissionAttribute(permission));
}
