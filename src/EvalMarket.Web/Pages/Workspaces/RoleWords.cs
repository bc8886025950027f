using EvalMarket.Core.Workspaces;

namespace EvalMarket.Web.Pages.Workspaces;

/// <summary>Roles in words, the same everywhere.</summary>
internal static class RoleWords
{
    /// <summary>From the least to the most.</summary>
    public static IReadOnlyList<(WorkspaceRole Role, string May)> All { get; } =
    [
        (WorkspaceRole.Viewer, "Reads and exports"),
        (WorkspaceRole.Reviewer, "Labels and comments as well"),
        (WorkspaceRole.Editor, "Imports, edits and deletes as well"),
        (WorkspaceRole.Admin, "Manages members, keys and settings as well"),
        (WorkspaceRole.Owner, "Makes other owners and can delete the workspace"),
    ];

    /// <summary><c>owner</c>, <c>editor</c>, …</summary>
    public static string Of(WorkspaceRole role) => role.ToString().ToLowerInvariant();

    /// <summary>What the role may do, as the end of a sentence.</summary>
    public static string May(WorkspaceRole role) => All.First(entry => entry.Role == role).May;
}
