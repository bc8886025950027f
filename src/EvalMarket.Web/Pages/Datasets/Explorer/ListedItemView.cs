using EvalMarket.Core.Datasets.Items;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>A row, and the list that it is in.</summary>
internal sealed record ListedItemView(ListedItem Item, ExplorerModel List);
