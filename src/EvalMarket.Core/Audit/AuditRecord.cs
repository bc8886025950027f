using EvalMarket.Core.Data;

namespace EvalMarket.Core.Audit;

/// <summary>Who did what to which thing. Never holds content or secrets.</summary>
public sealed class AuditRecord : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Actor { get; init; }

    /// <summary><c>key.created</c>, <c>member.removed</c>, …</summary>
    public required string Action { get; init; }

    /// <summary>Id or name of what it was done to.</summary>
    public required string Subject { get; init; }
}
