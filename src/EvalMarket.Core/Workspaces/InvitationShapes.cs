namespace EvalMarket.Core.Workspaces;

/// <summary>A link just made. The token is in the link and nowhere else: only its hash is kept.</summary>
public sealed record NewInvitation(Guid Id, string Token, WorkspaceRole Role, string Note, DateTimeOffset ExpiresAt);

/// <summary>A link that nobody has used yet.</summary>
public sealed record PendingInvitation(Guid Id, WorkspaceRole Role, string Note, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>What whoever holds the link sees before accepting.</summary>
public sealed record OfferedInvitation(
    string Workspace, string WorkspaceName, WorkspaceRole Role, string InvitedBy, DateTimeOffset ExpiresAt, bool IsMember);
