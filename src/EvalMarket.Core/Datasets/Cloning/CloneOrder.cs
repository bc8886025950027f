using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Cloning;

/// <summary>What to clone into a dataset, and where to.</summary>
public sealed record CloneOrder
{
    /// <summary>Whose turns. Sessions that are not there are passed over.</summary>
    public required SessionFilter Sessions { get; init; }

    /// <summary>Only turns of which a user message or the answer matches; null for all.</summary>
    public MessageFilter? Messages { get; init; }

    /// <summary>Only the turn that this message belongs to.</summary>
    public MessageId? Turn { get; init; }

    /// <summary>Null for the first section, or the one of <see cref="SectionName"/>.</summary>
    public SectionId? Section { get; init; }

    /// <summary>A section by its name; it is made when there is none.</summary>
    public string? SectionName { get; init; }
}
