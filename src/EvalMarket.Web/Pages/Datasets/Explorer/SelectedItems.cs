using EvalMarket.Core;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Pages.Shared.Lists;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>Which items the form around a list means: the ticked ones, or all that the filter in the address matches.</summary>
internal static class SelectedItems
{
    /// <summary>Null for no selection, ids that are none, too many of them, or a filter that was not understood.</summary>
    public static ItemSelection? Read(IFormCollection form, DatasetAddress address, Limits limits) =>
        // A filter that was misread would change everything.
        SelectedIds.IsAllMatching(form) ? address.Error is null ? ItemSelection.Of(address.Filter) : null
        : SelectedIds.Read<ItemId>(form, limits) is { } ids ? ItemSelection.Of(ids)
        : null;
}
