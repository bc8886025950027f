namespace EvalMarket.Core.Workspaces;

/// <summary>What a member may do, each role including the ones before it. The numbers are stored and never change.</summary>
public enum WorkspaceRole
{
    /// <summary>Reads and exports.</summary>
    Viewer = 1,

    /// <summary>Labels and comments.</summary>
    Reviewer = 2,

    /// <summary>Imports, edits and deletes content.</summary>
    Editor = 3,

    /// <summary>Members, invitations, API keys, settings.</summary>
    Admin = 4,

    /// <summary>Other owners, and the end of the workspace.</summary>
    Owner = 5,
}
