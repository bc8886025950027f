using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Links;

/// <summary>One item of a dataset, for anyone who has the address. The secret in the address is kept as its hash only.</summary>
public sealed class PublicLink : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required LinkId Id { get; init; }

    public required DatasetId DatasetId { get; init; }

    public required ItemId ItemId { get; init; }

    /// <summary>SHA-256 of the secret, 64 lower-case hex digits.</summary>
    public required string SecretHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>When it ended; null while it works.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}
