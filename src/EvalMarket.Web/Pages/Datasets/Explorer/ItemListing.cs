using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>A page of items, of the newest version or of an older one.</summary>
internal sealed record ItemListing
{
    public required IReadOnlyList<SectionView> Sections { get; init; }

    public required IReadOnlyList<ListedItem> Items { get; init; }

    /// <summary>The page before ends before this place; null when there is none.</summary>
    public ItemPlace? Back { get; init; }

    /// <summary>The page after begins after this place; null when there is none.</summary>
    public ItemPlace? On { get; init; }

    public required ItemTotal Total { get; init; }

    /// <summary>The item that a link leads to, when it is on the page.</summary>
    public ItemId? Target { get; init; }

    /// <summary>The item that a link leads to, when it is not there.</summary>
    public MissingItem? Missing { get; init; }
}

/// <summary>An item that is not there.</summary>
/// <param name="Id">As the address says it.</param>
/// <param name="DeletedIn">The version that has it no more; null when it was never here.</param>
/// <param name="LastIn">The newest version that has it and can be read; null when none is kept.</param>
internal sealed record MissingItem(string Id, int? DeletedIn, int? LastIn);
