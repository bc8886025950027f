using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Problems;

namespace EvalMarket.Web.Infrastructure.Tenancy;

/// <summary>Says what is missing.</summary>
internal static class MissingPermission
{
    public static Problem Describe(Actor actor, Permission permission)
    {
        if (permission is Permission.Administer or Permission.Own)
            return Problem.Forbidden(actor.ApiKey is null ? "Only admins of the workspace may do this." : "Keys cannot do this: sign in as an admin of the workspace.");

        var scope = Permissions.ScopeFor(permission);
        return Problem.Forbidden(actor.ApiKey is null
            ? "Your role in this workspace does not allow this. An admin of the workspace can change it."
            : $"This key lacks the scope '{scope}'.") with { Scope = scope };
    }
}
