using EvalMarket.Core.Data;

namespace EvalMarket.Core.Workspaces;

/// <summary>A person's place in a workspace.</summary>
public sealed class Membership : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required Guid UserId { get; init; }

    public required WorkspaceRole Role { get; set; }

    public required DateTimeOffset JoinedAt { get; init; }
}
