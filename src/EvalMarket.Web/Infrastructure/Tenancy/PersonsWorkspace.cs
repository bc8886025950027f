using System.Security.Claims;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Problems;

namespace EvalMarket.Web.Infrastructure.Tenancy;

/// <summary>
/// Which workspace a signed-in person's request is about: the one in the address, else <c>?workspace=</c>, else the one that the id in the
/// address belongs to among theirs, else the only one they have.
/// </summary>
internal sealed class PersonsWorkspace(WorkspaceService workspaces, WorkspaceOfId owners)
{
    /// <summary>Enters it; else the reason why not.</summary>
    public async Task<Problem?> EnterAsync(HttpContext context, Tenant tenant)
    {
        if (!Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var user))
            return Problem.Unauthorized();

        var cancellationToken = context.RequestAborted;
        WorkspaceSummary? found;
        if ((context.GetRouteValue(TenancyMiddleware.Workspace) as string ?? context.Request.Query[TenancyMiddleware.Workspace].FirstOrDefault()) is { } slug)
        {
            found = await workspaces.FindForAsync(slug, user, cancellationToken);
        }
        else
        {
            var all = await workspaces.ListForAsync(user, cancellationToken);
            var ids = context.Request.RouteValues.Values.OfType<string>().ToList();
            if (all.Count == 1)
                found = all[0];
            else if (ids.Count == 0)
                return Problem.BadRequest("workspace_required", "Name the workspace: ?workspace={slug}.");
            else
                found = await FindOwnerAsync(ids, all, cancellationToken);
        }

        if (found is null)
            return Problem.NotFound();

        tenant.Enter(found.Slug, new Actor(context.User.Identity?.Name ?? "", user, null, Permissions.Of(found.Role)));
        context.Features.Set(found);
        return null;
    }

    private async Task<WorkspaceSummary?> FindOwnerAsync(IEnumerable<string> ids, IReadOnlyList<WorkspaceSummary> all, CancellationToken cancellationToken)
    {
        foreach (var id in ids)
        {
            if (await owners.FindAsync(id, [.. all.Select(workspace => workspace.Slug)], cancellationToken) is { } slug)
                return all.First(workspace => workspace.Slug == slug);
        }

        return null;
    }
}
