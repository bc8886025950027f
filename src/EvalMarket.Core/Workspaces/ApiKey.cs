using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Workspaces;

/// <summary>An API key of a workspace. The secret is shown once; only its hash stays.</summary>
public sealed class ApiKey : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required ApiKeyId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>SHA-256 of the whole key, hex. The key has far more than 112 bits of entropy, so a plain hash suffices.</summary>
    public required string Hash { get; init; }

    /// <summary>The first characters, so that people can tell keys apart: <c>emk_4fT9…</c></summary>
    public required string Hint { get; init; }

    public required ApiKeyScopes Scopes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public Guid? CreatedBy { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}
