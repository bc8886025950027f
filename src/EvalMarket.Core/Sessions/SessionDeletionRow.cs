using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Sessions;

/// <summary>A session that was deleted lately: who keeps something about sessions in memory learns from it what to forget. Upkeep removes it after some days.</summary>
public sealed class SessionDeletionRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    /// <summary>The workspace's revision in which it was deleted.</summary>
    public required long Revision { get; init; }

    public required SessionId SessionId { get; init; }

    public required DateTimeOffset At { get; init; }
}
