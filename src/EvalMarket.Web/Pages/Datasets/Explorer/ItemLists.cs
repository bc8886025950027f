using System.Text.Json;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>Loads the page of items that an address asks for. Old versions are read from their files, from the beginning on.</summary>
internal sealed class ItemLists(ItemDirectory items, ItemStore store, DatasetVersions versions)
{
    private const int PageSize = 50;

    /// <summary>Items of an old version that are read at once while one of them is looked for.</summary>
    private const int Stride = 1_000;

    /// <summary>Null when the version does not exist.</summary>
    public Task<ItemListing?> LoadAsync(DatasetView dataset, DatasetAddress address, CancellationToken cancellationToken) =>
        address.Version is { } version ? LoadOldAsync(address, version, cancellationToken) : LoadNewestAsync(dataset, address, cancellationToken);

    private async Task<ItemListing?> LoadNewestAsync(DatasetView dataset, DatasetAddress address, CancellationToken cancellationToken)
    {
        MissingItem? missing = null;
        ItemPage? page = null;
        ItemId? target = null;
        if (address.Message is { } message)
        {
            if (TypeId.TryParse<ItemId>(message, out var id) && await items.FindAsync(dataset.Id, id, cancellationToken) is not null)
            {
                page = await items.PageAroundAsync(dataset.Id, address.Filter, id, PageSize, cancellationToken);
                target = id;
            }
            else
            {
                missing = await MissingAsync(dataset.Id, message, null, cancellationToken);
            }
        }
        else if (address.Before is { } before && await items.PageBackAsync(dataset.Id, address.Filter, before, PageSize, cancellationToken) is { Items.Count: PageSize } back)
        {
            page = back;
        }

        page ??= await items.PageAsync(dataset.Id, address.Filter, address.After, PageSize, cancellationToken);
        return page is null ? null : new ItemListing
        {
            Sections = dataset.Sections,
            Items = page.Items,
            Back = page.Previous,
            On = page.Next,
            Total = await items.TotalAsync(dataset.Id, address.Filter, cancellationToken),
            Target = target,
            Missing = missing,
        };
    }

    private async Task<ItemListing?> LoadOldAsync(DatasetAddress address, int version, CancellationToken cancellationToken)
    {
        if (await versions.OpenAsync(address.Dataset, version, cancellationToken) is not { } contents)
        {
            return null;
        }

        MissingItem? missing = null;
        ItemId? target = null;
        var after = address.After;
        if (address.Message is { } message)
        {
            if (TypeId.TryParse<ItemId>(message, out var id) && (await store.OpenAsync(address.Dataset, id, version, cancellationToken)).Succeeded(out var item, out _))
            {
                after = await BeforeAsync(contents, address.Filter, item, cancellationToken);
                target = id;
            }
            else
            {
                missing = await MissingAsync(address.Dataset, message, version, cancellationToken);
            }
        }

        var (found, next) = await store.PageAsync(contents, address.Filter, after, PageSize, cancellationToken);
        var sections = contents.Sections.Select(section => new SectionView(section.Id, section.Name, section.ItemCount)).ToList();
        var isAll = after is null && next is null;
        return new ItemListing
        {
            Sections = sections,
            Items = [.. found.Select(item => Listed(contents.Workspace, address.Dataset, item))],
            On = next,
            // Old versions have no index: nothing counts what a search finds in them.
            Total = isAll ? new ItemTotal(found.Count, false)
                : address.IsSearched ? new ItemTotal(found.Count, true)
                : new ItemTotal(sections.Where(section => address.Sections.Count == 0 || address.Sections.Contains(section.Id)).Sum(section => section.ItemCount), false),
            Target = target,
            Missing = missing,
        };
    }

    /// <summary>The place after which a page of an old version begins with the item; null for the first page.</summary>
    private async Task<ItemPlace?> BeforeAsync(DatasetContents contents, ItemFilter filter, ItemView item, CancellationToken cancellationToken)
    {
        for (ItemPlace? after = null; ;)
        {
            var (found, next) = await store.PageAsync(contents, filter, after, Stride, cancellationToken);
            var index = found.Index().FirstOrDefault(entry => entry.Item.Id == item.Id, (Index: -1, Item: null!)).Index;
            if (index > 0)
            {
                return (await store.PageAsync(contents, filter, after, index, cancellationToken)).Next;
            }

            if (index == 0 || next is null)
            {
                return index == 0 ? after : null;
            }

            after = next;
        }
    }

    private async Task<MissingItem> MissingAsync(DatasetId dataset, string message, int? version, CancellationToken cancellationToken) =>
        TypeId.TryParse<ItemId>(message, out var id) && (await store.OpenAsync(dataset, id, version, cancellationToken)).Failure is ItemDeleted deleted
            ? new MissingItem(message, deleted.DeletedIn, deleted.LastIn)
            : new MissingItem(message, null, null);

    private static ListedItem Listed(string workspace, DatasetId dataset, ItemView item)
    {
        var content = item.Read();
        var row = new DatasetItemRow
        {
            Workspace = workspace,
            DatasetId = dataset,
            Id = item.Id,
            Chunk = 0,
            Line = 0,
            Input = Preview(content.Input),
            Output = Preview(content.Output),
            HasOutput = content.Output.Length > 0,
            Origin = item.Origin,
            SessionId = content.Source?.SessionId,
            Tags = TagsOf(content),
            Hash = item.Hash,
        };
        return new ListedItem(row, item.Section, 0, default);
    }

    private static string TagsOf(DatasetItem item) =>
        item.Context.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array
            ? string.Concat(tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => $"{tag.GetString()}\n"))
            : "";

    private static string Preview(string text)
    {
        var line = string.Join(' ', (text.Length > 4 * DatasetItemRow.PreviewLength ? text[..(4 * DatasetItemRow.PreviewLength)] : text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= DatasetItemRow.PreviewLength ? line : line[..(DatasetItemRow.PreviewLength - 1)] + "…";
    }
}
