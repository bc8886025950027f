using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>The labels of a session, to be given and read: beside its conversation, in the panel beside a list, or alone.</summary>
internal sealed record LabelPanel
{
    public required SessionRow Row { get; init; }

    public required SessionAddress Address { get; init; }

    public required bool MayLabel { get; init; }

    /// <summary>In the panel beside a list: the labels are a bar at its end, the texts fold away.</summary>
    public required bool IsInPeek { get; init; }

    /// <summary>The last answer of the session; null when there is none.</summary>
    public required string? Answer { get; init; }

    public required QueueProgress Progress { get; init; }

    /// <summary>The person goes on to the next session after a label.</summary>
    public required bool GoesOn { get; init; }

    /// <summary>What stands in the fields: what is saved, or what was typed when it could not be saved.</summary>
    public required string? Notes { get; init; }

    public required string? Expected { get; init; }

    public string? AddTag { get; init; }

    /// <summary>What is wrong with what was sent.</summary>
    public string? Error { get; init; }

    public LabelConflict? Conflict { get; init; }
}
