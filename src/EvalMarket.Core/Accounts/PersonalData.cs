using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Accounts;

/// <summary>Everything that is kept about a person, for the person. No hashes and no secrets.</summary>
public sealed record PersonalData(
    DateTimeOffset ExportedAt,
    PersonalAccount Account,
    IReadOnlyList<PersonalMembership> Memberships,
    IReadOnlyList<PersonalInvitation> InvitationsCreated,
    IReadOnlyList<PersonalKey> ApiKeysCreated,
    IReadOnlyList<PersonalAuditRecord> AuditRecords);

public sealed record PersonalAccount(Guid Id, string Email, bool EmailConfirmed, string DisplayName, DateTimeOffset CreatedAt);

public sealed record PersonalMembership(string Workspace, WorkspaceRole Role, DateTimeOffset JoinedAt);

public sealed record PersonalInvitation(
    string Workspace, WorkspaceRole Role, string Note, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? AcceptedAt);

public sealed record PersonalKey(
    string Workspace, string Id, string Name, string Hint, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt);

public sealed record PersonalAuditRecord(string Workspace, DateTimeOffset At, string Action, string Subject);

/// <summary>Collects a person's data from all workspaces. Only ever for the person who is signed in.</summary>
public sealed class PersonalDataService(EvalMarketDbContext database, TimeProvider time)
{
    /// <summary>Null when there is no such account.</summary>
    public async Task<PersonalData?> CollectAsync(Guid person, CancellationToken cancellationToken)
    {
        var account = await database.Users.Where(user => user.Id == person)
            .Select(user => new PersonalAccount(user.Id, user.Email ?? "", user.EmailConfirmed, user.DisplayName, user.CreatedAt))
            .SingleOrDefaultAsync(cancellationToken);
        if (account is null)
            return null;

        // About one person across workspaces, so the tenant filter is left out and the person stands in its place.
        var memberships = await database.Memberships.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(row => row.UserId == person).OrderBy(row => row.JoinedAt)
            .Select(row => new PersonalMembership(row.Workspace, row.Role, row.JoinedAt)).ToListAsync(cancellationToken);
        var invitations = await database.Invitations.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(row => row.CreatedBy == person).OrderBy(row => row.CreatedAt)
            .Select(row => new PersonalInvitation(row.Workspace, row.Role, row.Note, row.CreatedAt, row.ExpiresAt, row.AcceptedAt))
            .ToListAsync(cancellationToken);
        var keys = await database.ApiKeys.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(row => row.CreatedBy == person).OrderBy(row => row.CreatedAt)
            .Select(row => new { row.Workspace, row.Id, row.Name, row.Hint, row.CreatedAt, row.ExpiresAt, row.LastUsedAt, row.RevokedAt })
            .ToListAsync(cancellationToken);
        var records = await database.AuditRecords.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(row => row.Actor == account.Email).OrderBy(row => row.At)
            .Select(row => new PersonalAuditRecord(row.Workspace, row.At, row.Action, row.Subject)).ToListAsync(cancellationToken);
        return new PersonalData(
            time.GetUtcNow(), account, memberships, invitations,
            [.. keys.Select(row => new PersonalKey(
                row.Workspace, row.Id.Value, row.Name, row.Hint, row.CreatedAt, row.ExpiresAt, row.LastUsedAt, row.RevokedAt))],
            records);
    }

    /// <summary>The data as an indented JSON document.</summary>
    public static byte[] Serialize(PersonalData data) => JsonSerializer.SerializeToUtf8Bytes(data, PersonalDataJson.Default.PersonalData);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PersonalData))]
internal sealed partial class PersonalDataJson : JsonSerializerContext;
