using System.Data;
using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Workspaces;

/// <summary>The API keys of the workspace that the scope has entered.</summary>
public sealed class ApiKeyService(EvalMarketDbContext database, Tenant tenant, AuditTrail audit, Limits limits, TimeProvider time)
{
    public const int NameLength = 100;

    /// <summary>
    /// Makes a key; its secret is in the answer and nowhere else. <c>invalid_key</c> for a bad name, no scope or an expiry in the past,
    /// <c>too_many_keys</c> at the limit.
    /// </summary>
    public Task<Outcome<NewApiKey>> CreateAsync(string name, ApiKeyScopes scopes, DateTimeOffset? expiresAt, CancellationToken cancellationToken) =>
        AddAsync(name, scopes, expiresAt, ApiKeySecret.New(), cancellationToken);

    /// <summary>Makes a key of a secret that was chosen elsewhere: the configuration's. <c>key_taken</c> when it is in use already.</summary>
    public Task<Outcome<NewApiKey>> CreateGivenAsync(string name, ApiKeyScopes scopes, string secret, CancellationToken cancellationToken) =>
        AddAsync(name, scopes, null, secret, cancellationToken);

    /// <summary>All keys, the newest first, revoked and expired ones included.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) =>
        await database.ApiKeys.AsNoTracking().OrderByDescending(key => key.CreatedAt).ThenByDescending(key => key.Id).ToListAsync(cancellationToken);

    /// <summary>Ends a key: its next request is refused. A key that was revoked before stays as it is.</summary>
    public async Task<Failure?> RevokeAsync(ApiKeyId id, CancellationToken cancellationToken)
    {
        var key = await database.ApiKeys.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (key is null)
            return new NotFound();
        if (key.RevokedAt is not null)
            return null;

        key.RevokedAt = time.GetUtcNow();
        audit.Record("key.revoked", $"{key.Id} {key.Name}");
        await database.SaveChangesAsync(cancellationToken);
        return null;
    }

    private async Task<Outcome<NewApiKey>> AddAsync(
        string name, ApiKeyScopes scopes, DateTimeOffset? expiresAt, string secret, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var trimmed = name.Trim();
        List<ContentError> errors = [];
        if (trimmed.Length is 0 or > NameLength)
            errors.Add(new ContentError($"A key needs a name of 1 to {NameLength} characters.", "/name"));
        if (scopes == ApiKeyScopes.None || (scopes & ~ApiKeyScopes.All) != ApiKeyScopes.None)
            errors.Add(new ContentError("A key needs at least one scope.", "/scopes"));
        if (expiresAt <= now)
            errors.Add(new ContentError("The expiry lies in the past.", "/expires_at"));
        if (errors.Count > 0)
            return new Invalid("invalid_key", errors[0].Message, errors);

        // Under the workspace's lock, so that two requests at once cannot pass the limit.
        await using var transaction = await database.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        if (!await database.LockWorkspaceAsync(tenant.Required, cancellationToken))
            return new NotFound();
        if (await database.ApiKeys.CountAsync(row => row.RevokedAt == null, cancellationToken) >= limits.KeysPerWorkspace)
            return new Conflict("too_many_keys", $"This workspace has {limits.KeysPerWorkspace} keys, which is as many as this server allows. Revoke one first.");

        var key = new ApiKey
        {
            Workspace = tenant.Required,
            Id = TypeId.New<ApiKeyId>(now),
            Name = trimmed,
            Hash = ApiKeySecret.Hash(secret),
            Hint = ApiKeySecret.Hint(secret),
            Scopes = scopes,
            CreatedAt = now,
            CreatedBy = tenant.Actor.UserId,
            ExpiresAt = expiresAt,
        };
        database.ApiKeys.Add(key);
        audit.Record("key.created", $"{key.Id} {key.Name}");
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (database.IsUniqueViolation(exception))
        {
            return new Conflict("key_taken", "This key is in use already.");
        }

        await transaction.CommitAsync(cancellationToken);
        return new NewApiKey(key, secret);
    }
}

/// <summary>A key that was just made.</summary>
/// <param name="Key">Its row.</param>
/// <param name="Secret">The only time that the whole key is seen.</param>
public sealed record NewApiKey(ApiKey Key, string Secret);
