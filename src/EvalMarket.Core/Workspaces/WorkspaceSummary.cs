namespace EvalMarket.Core.Workspaces;

/// <summary>A workspace as one of its members sees it.</summary>
public sealed record WorkspaceSummary(string Slug, string Name, WorkspaceRole Role, bool IsSample, DateTimeOffset CreatedAt);
