using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Workspaces;

/// <summary>A list as somebody has set it up, under a name: filter, search, order and columns, as the list's address says them.</summary>
public sealed class SavedView : IWorkspaceOwned
{
    public const int NameLength = 60;

    public const int QueryLength = 2_000;

    public required string Workspace { get; init; }

    public required SavedViewId Id { get; init; }

    public required string Name { get; set; }

    /// <summary>What it is a view of.</summary>
    public required ViewedList List { get; init; }

    /// <summary>The dataset whose items it lists; null for the other lists.</summary>
    public DatasetId? DatasetId { get; init; }

    /// <summary>The address's query, without its question mark.</summary>
    public required string Query { get; set; }

    /// <summary>Whether the whole workspace has it; only its owner does otherwise.</summary>
    public required bool IsShared { get; set; }

    /// <summary>Who made it. Goes with their account.</summary>
    public required Guid OwnerId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
