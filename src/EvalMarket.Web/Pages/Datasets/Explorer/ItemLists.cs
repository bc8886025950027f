using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>Loads the page of items that an address asks for: of the newest version from the index, of an old one from its files.</summary>
internal sealed class ItemLists(ItemDirectory items, ItemStore store, VersionItems old, DatasetVersions versions)
{
    private const int PageSize = 50;

    /// <summary>Null when the version does not exist.</summary>
    public async Task<ItemListing?> LoadAsync(DatasetView dataset, DatasetAddress address, CancellationToken cancellationToken)
    {
        var (id, filter, order) = (dataset.Id, address.Filter, address.ShownOrder);
        DatasetContents? contents = null;
        if (address.Version is { } version && (contents = await versions.OpenAsync(id, version, cancellationToken)) is null)
        {
            return null;
        }

        MissingItem? missing = null;
        ItemView? target = null;
        ItemPage? page = null;
        if (address.Message is { } message)
        {
            if (TypeId.TryParse<ItemId>(message, out var item) && (await store.OpenAsync(id, item, address.Version, cancellationToken)).Succeeded(out target, out _))
            {
                page = contents is null
                    ? await items.PageAroundAsync(id, filter, order, item, PageSize, cancellationToken)
                    : await old.PageAroundAsync(contents, filter, order, target, PageSize, cancellationToken);
            }
            else
            {
                missing = await MissingAsync(id, message, address.Version, cancellationToken);
            }
        }
        else if (address.Before is { } before)
        {
            var back = contents is null
                ? await items.PageBackAsync(id, filter, order, before, PageSize, cancellationToken)
                : await old.PageBackAsync(contents, filter, order, before, PageSize, cancellationToken);
            page = back is { Items.Count: PageSize } ? back : null;
        }

        page ??= contents is null
            ? await items.PageAsync(id, filter, order, address.After, PageSize, cancellationToken)
            : await old.PageAsync(contents, filter, order, address.After, PageSize, cancellationToken);
        return page is null ? null : new ItemListing
        {
            Sections = contents is null ? dataset.Sections : [.. contents.Sections.Select(section => new SectionView(section.Id, section.Name, section.ItemCount))],
            Items = page.Items,
            Back = page.Previous,
            On = page.Next,
            Total = contents is null ? await items.TotalAsync(id, filter, cancellationToken) : await old.TotalAsync(contents, filter, cancellationToken),
            Target = target?.Id,
            Missing = missing,
        };
    }

    /// <summary>How many of the items that a filter leaves have what, in the version that the address shows.</summary>
    public async Task<ItemFacets> FacetsAsync(DatasetAddress address, ItemFilter filter, CancellationToken cancellationToken) =>
        address.Version is { } version && await versions.OpenAsync(address.Dataset, version, cancellationToken) is { } contents
            ? await old.FacetsAsync(contents, filter, cancellationToken)
            : await items.FacetsAsync(address.Dataset, filter, cancellationToken);

    private async Task<MissingItem> MissingAsync(DatasetId dataset, string message, int? version, CancellationToken cancellationToken) =>
        TypeId.TryParse<ItemId>(message, out var id) && (await store.OpenAsync(dataset, id, version, cancellationToken)).Failure is ItemDeleted deleted
            ? new MissingItem(message, deleted.DeletedIn, deleted.LastIn)
            : new MissingItem(message, null, null);
}
