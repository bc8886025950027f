namespace EvalMarket.Core.Workspaces;

/// <summary>What an endpoint asks for. Roles and API-key scopes are sets of these.</summary>
[Flags]
public enum Permission
{
    None = 0,
    Read = 1,
    Export = 2,
    Label = 4,
    Edit = 8,
    Submit = 16,
    Administer = 32,
    Own = 64,
}

/// <summary>Scopes of an API key, by their wire names <c>read, write, export, submit</c>. The numbers are stored.</summary>
[Flags]
public enum ApiKeyScopes
{
    None = 0,
    Read = 1,
    Write = 2,
    Export = 4,
    Submit = 8,
    All = Read | Write | Export | Submit,
}

/// <summary>Which permissions a role or a set of scopes stands for.</summary>
public static class Permissions
{
    public static IReadOnlyList<(string WireName, ApiKeyScopes Scope)> Scopes { get; } =
    [
        ("read", ApiKeyScopes.Read),
        ("write", ApiKeyScopes.Write),
        ("export", ApiKeyScopes.Export),
        ("submit", ApiKeyScopes.Submit),
    ];

    public static Permission Of(WorkspaceRole role) => role switch
    {
        WorkspaceRole.Viewer => Permission.Read | Permission.Export,
        WorkspaceRole.Reviewer => Of(WorkspaceRole.Viewer) | Permission.Label,
        WorkspaceRole.Editor => Of(WorkspaceRole.Reviewer) | Permission.Edit | Permission.Submit,
        WorkspaceRole.Admin => Of(WorkspaceRole.Editor) | Permission.Administer,
        WorkspaceRole.Owner => Of(WorkspaceRole.Admin) | Permission.Own,
        _ => Permission.None,
    };

    public static Permission Of(ApiKeyScopes scopes) =>
        (scopes.HasFlag(ApiKeyScopes.Read) ? Permission.Read : Permission.None)
        | (scopes.HasFlag(ApiKeyScopes.Write) ? Permission.Label | Permission.Edit : Permission.None)
        | (scopes.HasFlag(ApiKeyScopes.Export) ? Permission.Export : Permission.None)
        | (scopes.HasFlag(ApiKeyScopes.Submit) ? Permission.Submit : Permission.None);

    /// <summary>The scope that a key lacks, for the 403.</summary>
    public static string ScopeFor(Permission permission) => permission switch
    {
        Permission.Read => "read",
        Permission.Export => "export",
        Permission.Submit => "submit",
        _ => "write",
    };
}
