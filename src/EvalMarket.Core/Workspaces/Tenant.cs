using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Workspaces;

/// <summary>Who acts: a signed-in person, an API key, or the app itself in a job on somebody's behalf.</summary>
/// <param name="Name">What stands in "reviewed by" and in the audit records: e-mail of the person, or <c>key:{name}</c>.</param>
public sealed record Actor(string Name, Guid? UserId, ApiKeyId? ApiKey, Permission Permissions)
{
    public static Actor Nobody { get; } = new("", null, null, Permission.None);

    /// <summary>Who they are where people are counted. Keys may have the same name, so a key goes by its name and the end of its id: <c>key:{name}#{id}</c>.</summary>
    public string Identity => ApiKey is { } key ? $"{Name}#{key.Value[^6..]}" : Name;

    public bool May(Permission permission) => (Permissions & permission) == permission;
}

/// <summary>
/// The workspace that this request or job works in. One a scope; the query filter and the write interceptor of the
/// database context read it, so that nothing outside of it can be seen or changed. Set once.
/// </summary>
public sealed class Tenant
{
    /// <summary>Slug of the workspace; null outside of any, where no tenant data can be seen.</summary>
    public string? Workspace { get; private set; }

    public Actor Actor { get; private set; } = Actor.Nobody;

    /// <summary>The slug, for code that only runs inside a workspace.</summary>
    public string Required => Workspace ?? throw new InvalidOperationException("No workspace has been entered in this scope.");

    public void Enter(string workspace, Actor actor)
    {
        if (Workspace is not null && Workspace != workspace)
        {
            throw new InvalidOperationException("A scope cannot move from one workspace to another.");
        }

        Workspace = workspace;
        Actor = actor;
    }
}
