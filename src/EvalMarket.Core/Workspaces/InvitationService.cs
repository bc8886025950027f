using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Formats;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Workspaces;

/// <summary>Links that make whoever opens one, once, a member.</summary>
public sealed class InvitationService(EvalMarketDbContext database, Tenant tenant, AuditTrail audit, Limits limits, TimeProvider time)
{
    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Longest reminder of whom a link is for.</summary>
    public const int MaxNote = 200;

    /// <summary>Most links that wait at one time.</summary>
    public const int MaxPending = 100;

    public async Task<Outcome<NewInvitation>> CreateAsync(WorkspaceRole role, string? note, CancellationToken cancellationToken)
    {
        var reminder = (note ?? "").Trim();
        if (reminder.Length > MaxNote)
        {
            return new Invalid("invalid_invitation", "The note is too long.", [new ContentError($"Use {MaxNote} characters or fewer.", "/note")]);
        }

        if (!Enum.IsDefined(role))
        {
            return new Invalid("invalid_invitation", "There is no such role.", [new ContentError("Choose one of the roles.", "/role")]);
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (!await database.LockWorkspaceAsync(tenant.Required, cancellationToken) || tenant.Actor.UserId is not { } user)
        {
            return new NotFound();
        }

        var mine = await database.Memberships.Where(row => row.UserId == user).Select(row => row.Role).FirstOrDefaultAsync(cancellationToken);
        if (HighestRole(mine) is not { } highest || role > highest)
        {
            return new Forbidden(role == WorkspaceRole.Owner ? "Only owners invite owners." : "Only admins and owners invite people.");
        }

        var now = time.GetUtcNow();
        var pending = await database.Invitations.CountAsync(row => row.AcceptedAt == null && row.ExpiresAt > now, cancellationToken);
        if (pending >= MaxPending)
        {
            return new Conflict("too_many_invitations", $"{MaxPending} links are waiting already. Revoke some that nobody needs.");
        }

        // Open links count, so that accepting one never fails for want of room.
        if (await database.Memberships.CountAsync(cancellationToken) + pending >= limits.MembersPerWorkspace)
        {
            return new Conflict(
                "too_many_members",
                $"This workspace has {limits.MembersPerWorkspace:N0} members and waiting links, which is as many as this server allows. Remove a member or revoke a link first.");
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var invitation = new Invitation
        {
            Workspace = tenant.Required,
            Id = Guid.CreateVersion7(now),
            TokenHash = Hash(token),
            Role = role,
            Note = reminder,
            CreatedBy = user,
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
        };
        database.Invitations.Add(invitation);
        audit.Record("invitation.created", reminder.Length > 0 ? $"{Word(role)}, for {reminder}" : Word(role));
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new NewInvitation(invitation.Id, token, role, reminder, invitation.ExpiresAt);
    }

    /// <summary>Links that still work, the newest first.</summary>
    public async Task<IReadOnlyList<PendingInvitation>> ListAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await (
            from invitation in database.Invitations
            where invitation.AcceptedAt == null && invitation.ExpiresAt > now
            join user in database.Users on invitation.CreatedBy equals user.Id into creators
            from creator in creators.DefaultIfEmpty()
            orderby invitation.CreatedAt descending
            select new PendingInvitation(
                invitation.Id, invitation.Role, invitation.Note, creator == null ? "somebody who has left" : creator.Email ?? "",
                invitation.CreatedAt, invitation.ExpiresAt)).ToListAsync(cancellationToken);
    }

    /// <summary>The link stops working at once.</summary>
    public async Task<Outcome<Guid>> RevokeAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var role = await database.Invitations.Where(row => row.Id == id && row.AcceptedAt == null)
            .Select(row => (WorkspaceRole?)row.Role).FirstOrDefaultAsync(cancellationToken);
        if (role is null
            || await database.Invitations.Where(row => row.Id == id && row.AcceptedAt == null).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return new NotFound();
        }

        audit.Record("invitation.revoked", Word(role.Value));
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return id;
    }

    /// <summary>What a link offers. A link that is unknown, used or out of date gives the same answer.</summary>
    public async Task<Outcome<OfferedInvitation>> ShowAsync(string token, Guid? user, CancellationToken cancellationToken)
    {
        var hash = Hash(token);
        var now = time.GetUtcNow();
        // Whoever holds the link is no member yet, so no workspace has been entered: the token names the row.
        var offered = await (
            from invitation in database.Invitations.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            where invitation.TokenHash == hash && invitation.AcceptedAt == null && invitation.ExpiresAt > now
            join workspace in database.Workspaces on invitation.Workspace equals workspace.Slug
            join person in database.Users on invitation.CreatedBy equals person.Id
            select new OfferedInvitation(
                workspace.Slug, workspace.Name, invitation.Role, person.DisplayName.Length > 0 ? person.DisplayName : person.Email ?? "",
                invitation.ExpiresAt, false)).FirstOrDefaultAsync(cancellationToken);
        return offered is null ? new NotFound() : offered with { IsMember = await IsMemberAsync(offered.Workspace, user, cancellationToken) };
    }

    /// <summary>Makes the person a member, and uses the link up. Enters the workspace.</summary>
    /// <returns>The slug of the workspace.</returns>
    public async Task<Outcome<string>> AcceptAsync(string token, Guid user, string email, CancellationToken cancellationToken)
    {
        var hash = Hash(token);
        var found = await database.Invitations.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(row => row.TokenHash == hash)
            .Select(row => new { row.Workspace })
            .FirstOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return new NotFound();
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (!await database.LockWorkspaceAsync(found.Workspace, cancellationToken))
        {
            return new NotFound();
        }

        if (await IsMemberAsync(found.Workspace, user, cancellationToken))
        {
            return new Conflict("already_member", "You are a member of this workspace already. The link was not used up.");
        }

        // Under the lock: of two people with one link, one gets in.
        var now = time.GetUtcNow();
        tenant.Enter(found.Workspace, new Actor(email, user, null, Permission.None));
        var invitation = await database.Invitations
            .Where(row => row.TokenHash == hash && row.AcceptedAt == null && row.ExpiresAt > now)
            .FirstOrDefaultAsync(cancellationToken);
        if (invitation is null)
        {
            return new NotFound();
        }

        invitation.AcceptedAt = now;
        invitation.AcceptedBy = user;
        database.Memberships.Add(new Membership { Workspace = found.Workspace, UserId = user, Role = invitation.Role, JoinedAt = now });
        audit.Record("member.joined", $"{email} as {Word(invitation.Role)}");
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return found.Workspace;
    }

    /// <summary>The highest role that somebody with this role may hand out; null for none.</summary>
    internal static WorkspaceRole? HighestRole(WorkspaceRole? role) => role switch
    {
        WorkspaceRole.Owner => WorkspaceRole.Owner,
        WorkspaceRole.Admin => WorkspaceRole.Admin,
        _ => null,
    };

    private async Task<bool> IsMemberAsync(string workspace, Guid? user, CancellationToken cancellationToken) =>
        user is not null && await database.Memberships.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .AnyAsync(row => row.Workspace == workspace && row.UserId == user, cancellationToken);

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static string Word(WorkspaceRole role) => role.ToString().ToLowerInvariant();
}
