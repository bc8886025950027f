using EvalMarket.Core.Data;

namespace EvalMarket.Core.Workspaces;

/// <summary>A link that makes whoever opens it (once) a member.</summary>
public sealed class Invitation : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required Guid Id { get; init; }

    /// <summary>SHA-256 of the token in the link, hex; the token itself is shown once.</summary>
    public required string TokenHash { get; init; }

    public required WorkspaceRole Role { get; init; }

    /// <summary>A reminder of whom it is for.</summary>
    public string Note { get; init; } = "";

    public required Guid CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? AcceptedAt { get; set; }

    public Guid? AcceptedBy { get; set; }
}
