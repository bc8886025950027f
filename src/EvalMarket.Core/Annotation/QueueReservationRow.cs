using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Annotation;

/// <summary>A session that a reviewer was given and has not reviewed yet. In the database alone: it is over in minutes.</summary>
public sealed class QueueReservationRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required QueueId QueueId { get; init; }

    public required SessionId SessionId { get; init; }

    public required string Reviewer { get; init; }

    public required DateTimeOffset Until { get; set; }
}
