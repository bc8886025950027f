using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Workspaces;

/// <summary>Finds a key by its secret, in whichever workspace it is: what sign-in with a key needs, and nothing else may do.</summary>
public sealed class ApiKeyDirectory(EvalMarketDbContext database, TimeProvider time)
{
    /// <summary>How exactly "last used" is kept.</summary>
    public static readonly TimeSpan LastUsedPrecision = TimeSpan.FromMinutes(1);

    /// <summary>The key, if it is one that may be used now; null for an unknown, expired or revoked one. Looks into the database each time, so that revocation counts at once.</summary>
    public async Task<KeyInUse?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        if (!ApiKeySecret.IsWellFormed(secret))
            return null;

        var hash = ApiKeySecret.Hash(secret);
        var now = time.GetUtcNow();
        return await database.ApiKeys.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(key => key.Hash == hash && key.RevokedAt == null && (key.ExpiresAt == null || key.ExpiresAt > now))
            .Select(key => new KeyInUse(key.Workspace, key.Id, key.Name, key.Scopes, key.LastUsedAt))
            .SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Notes that the key was used; one update, without reading the row.</summary>
    public Task TouchAsync(string workspace, ApiKeyId id, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.ApiKeys.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(key => key.Workspace == workspace && key.Id == id && (key.LastUsedAt == null || key.LastUsedAt < at))
            .ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, at), cancellationToken);
}

/// <summary>A key that somebody signed in with.</summary>
public sealed record KeyInUse(string Workspace, ApiKeyId Id, string Name, ApiKeyScopes Scopes, DateTimeOffset? LastUsedAt);
