using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Accounts;

/// <summary>Ends a person's account. Never leaves a workspace without an owner.</summary>
public sealed class AccountDeletion(EvalMarketDbContext database, IServiceScopeFactory scopes)
{
    /// <summary>The workspaces that nobody else owns.</summary>
    public async Task<IReadOnlyList<WorkspaceSummary>> SoleOwnedAsync(Guid person, CancellationToken cancellationToken)
    {
        // About one person across workspaces, so the tenant filter is left out and the person stands in its place.
        var owners = database.Memberships.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).Where(row => row.Role == WorkspaceRole.Owner);
        return await (
            from membership in owners
            where membership.UserId == person && !owners.Any(other => other.Workspace == membership.Workspace && other.UserId != person)
            join workspace in database.Workspaces on membership.Workspace equals workspace.Slug
            orderby workspace.Name, workspace.Slug
            select new WorkspaceSummary(workspace.Slug, workspace.Name, membership.Role, workspace.IsSample, workspace.CreatedAt))
            .ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Deletes the account with its memberships, sign-ins and pending invitations. <c>sole_owner</c> names the workspaces that stand
    /// in the way. Audit records keep the e-mail address: they belong to the workspaces.
    /// </summary>
    public async Task<Failure?> DeleteAsync(Guid person, string email, CancellationToken cancellationToken)
    {
        var (workspaces, failure) = await DeleteRowsAsync(person, cancellationToken);
        foreach (var workspace in workspaces)
        {
            // A scope is in one workspace, so each record has one of its own.
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Tenant>().Enter(workspace, new Actor(email, person, null, Permission.None));
            scope.ServiceProvider.GetRequiredService<AuditTrail>().Record("member.account_deleted", email);
            await scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().SaveChangesAsync(cancellationToken);
        }

        return failure;
    }

    /// <summary>The workspaces that the person was in, when they are gone from them; otherwise why not.</summary>
    private async Task<(IReadOnlyList<string> Left, Failure? Failure)> DeleteRowsAsync(Guid person, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);

        // All their workspaces' locks, always in the same order, so that no owner can go elsewhere meanwhile.
        var workspaces = await database.Memberships.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(row => row.UserId == person).Select(row => row.Workspace).ToListAsync(cancellationToken);
        foreach (var workspace in workspaces.Order(StringComparer.Ordinal))
            await database.LockWorkspaceAsync(workspace, cancellationToken);

        var soleOwned = await SoleOwnedAsync(person, cancellationToken);
        if (soleOwned.Count > 0)
        {
            var names = string.Join(", ", soleOwned.Select(workspace => $"“{workspace.Name}”"));
            return ([], new Conflict("sole_owner", $"You are the only owner of {names}. Make somebody else an owner there, or delete the workspace first."));
        }

        await database.Invitations.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(row => row.CreatedBy == person && row.AcceptedAt == null).ExecuteDeleteAsync(cancellationToken);
        var deleted = await database.Users.Where(user => user.Id == person).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return deleted == 1 ? (workspaces, null) : ([], new NotFound());
    }
}
