namespace EvalMarket.Core.Workspaces;

/// <summary>A member as the members page shows one.</summary>
/// <param name="Name">Display name, or the e-mail address where there is none.</param>
public sealed record Member(Guid UserId, string Name, string Email, WorkspaceRole Role, DateTimeOffset JoinedAt);
