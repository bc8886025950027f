using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EvalMarket.Core.Workspaces;

/// <summary>
/// Who is in the workspace, and as what. Every change takes the workspace's lock and then looks again at what the one who
/// asks and the one it is about are at that moment, so that two changes side by side cannot leave a workspace without an owner.
/// </summary>
public sealed class MemberService(EvalMarketDbContext database, Tenant tenant, AuditTrail audit)
{
    private static readonly Conflict LastOwner = new(
        "last_owner", "A workspace needs an owner. Make somebody else an owner first, or delete the workspace.");

    /// <summary>Owners first, then by name.</summary>
    public async Task<IReadOnlyList<Member>> ListAsync(CancellationToken cancellationToken)
    {
        var members = await (
            from membership in database.Memberships
            join user in database.Users on membership.UserId equals user.Id
            select new { user.Id, user.DisplayName, user.Email, membership.Role, membership.JoinedAt }).ToListAsync(cancellationToken);
        return [.. members
            .Select(row => new Member(row.Id, row.DisplayName.Length > 0 ? row.DisplayName : row.Email ?? "", row.Email ?? "", row.Role, row.JoinedAt))
            .OrderByDescending(member => member.Role)
            .ThenBy(member => member.Name, StringComparer.OrdinalIgnoreCase)
            .ThenBy(member => member.UserId)];
    }

    /// <summary>Admins change roles up to their own; what owners are is for owners to say.</summary>
    public async Task<Outcome<Member>> ChangeRoleAsync(Guid user, WorkspaceRole role, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(role))
        {
            return new Invalid("unknown_role", "There is no such role.", []);
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var (member, failure) = await LookAsync(user, cancellationToken);
        if (failure is not null)
        {
            return failure;
        }

        if (role == WorkspaceRole.Owner && await ActorRoleAsync(cancellationToken) != WorkspaceRole.Owner)
        {
            return new Forbidden("Only owners make owners.");
        }

        if (member!.Role == role)
        {
            return member;
        }

        if (member.Role == WorkspaceRole.Owner && await IsLastOwnerAsync(user, cancellationToken))
        {
            return LastOwner;
        }

        await database.Memberships.Where(row => row.UserId == user)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, role), cancellationToken);
        await WithdrawInvitationsAsync(user, role, cancellationToken);
        audit.Record("member.role_changed", $"{member.Email}: {Word(member.Role)} to {Word(role)}");
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return member with { Role = role };
    }

    /// <summary>Takes somebody else out. Keys that the person made stay: they belong to the workspace.</summary>
    public async Task<Outcome<Member>> RemoveAsync(Guid user, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var (member, failure) = await LookAsync(user, cancellationToken);
        return failure ?? await EndAsync(member!, "member.removed", transaction, cancellationToken);
    }

    /// <summary>Everybody may go, except the last owner.</summary>
    public async Task<Outcome<Member>> LeaveAsync(CancellationToken cancellationToken)
    {
        if (tenant.Actor.UserId is not { } user)
        {
            return new Forbidden("An API key cannot leave a workspace.");
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (!await database.LockWorkspaceAsync(tenant.Required, cancellationToken) || await FindAsync(user, cancellationToken) is not { } member)
        {
            return new NotFound();
        }

        return await EndAsync(member, "member.left", transaction, cancellationToken);
    }

    private async Task<Outcome<Member>> EndAsync(
        Member member, string action, IDbContextTransaction transaction, CancellationToken cancellationToken)
    {
        if (member.Role == WorkspaceRole.Owner && await IsLastOwnerAsync(member.UserId, cancellationToken))
        {
            return LastOwner;
        }

        await database.Memberships.Where(row => row.UserId == member.UserId).ExecuteDeleteAsync(cancellationToken);
        await WithdrawInvitationsAsync(member.UserId, null, cancellationToken);
        audit.Record(action, member.Email);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return member;
    }

    /// <summary>Takes the lock; then the member, if the one who asks may change that member.</summary>
    private async Task<(Member? Member, Failure? Failure)> LookAsync(Guid user, CancellationToken cancellationToken)
    {
        if (!await database.LockWorkspaceAsync(tenant.Required, cancellationToken))
        {
            return (null, new NotFound());
        }

        var mine = await ActorRoleAsync(cancellationToken);
        if (!Permissions.Of(mine).HasFlag(Permission.Administer))
        {
            return (null, new Forbidden("Only admins and owners change members."));
        }

        var member = await FindAsync(user, cancellationToken);
        return member switch
        {
            null => (null, new NotFound()),
            { Role: WorkspaceRole.Owner } when mine != WorkspaceRole.Owner => (null, new Forbidden("Only owners change owners.")),
            _ => (member, null),
        };
    }

    private async Task<WorkspaceRole> ActorRoleAsync(CancellationToken cancellationToken)
    {
        var user = tenant.Actor.UserId;
        return user is null ? default : await database.Memberships.Where(row => row.UserId == user).Select(row => row.Role).FirstOrDefaultAsync(cancellationToken);
    }

    private async Task<Member?> FindAsync(Guid user, CancellationToken cancellationToken) =>
        await (
            from membership in database.Memberships
            join person in database.Users on membership.UserId equals person.Id
            where membership.UserId == user
            select new Member(person.Id, person.DisplayName, person.Email ?? "", membership.Role, membership.JoinedAt))
        .FirstOrDefaultAsync(cancellationToken);

    private async Task<bool> IsLastOwnerAsync(Guid user, CancellationToken cancellationToken) =>
        !await database.Memberships.AnyAsync(row => row.Role == WorkspaceRole.Owner && row.UserId != user, cancellationToken);

    /// <summary>Links that the person could not make any more stop working.</summary>
    private async Task WithdrawInvitationsAsync(Guid user, WorkspaceRole? role, CancellationToken cancellationToken)
    {
        var highest = InvitationService.HighestRole(role);
        await database.Invitations.Where(row => row.CreatedBy == user && row.AcceptedAt == null && (highest == null || row.Role > highest))
            .ExecuteDeleteAsync(cancellationToken);
    }

    private static string Word(WorkspaceRole role) => role.ToString().ToLowerInvariant();
}
