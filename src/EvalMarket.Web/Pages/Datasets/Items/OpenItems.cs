using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Pages.Datasets.Explorer;

namespace EvalMarket.Web.Pages.Datasets.Items;

/// <summary>Opens items beside lists and on their pages: what they say, where they come from, which ones stand before and after.</summary>
internal sealed class OpenItems(DatasetAccess access, ItemStore store, ItemDirectory items, VersionItems old, DatasetVersions versions, SessionDirectory sessions)
{
    /// <summary>Null when there is no such item (or it is not yours).</summary>
    /// <param name="edits">The form is open.</param>
    public async Task<ShownItem?> OpenAsync(DatasetAddress address, string? item, bool edits, bool isInPeek, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<ItemId>(item, out var id) || await access.FindAsync(address.Dataset.Value, cancellationToken) is not { } dataset)
        {
            return null;
        }

        var version = address.Version == dataset.Row.Version ? null : address.Version;
        address = address with { Version = version };
        if (!(await store.OpenAsync(dataset.Id, id, version, cancellationToken)).Succeeded(out var found, out _))
        {
            return null;
        }

        var content = found.Read();
        var listed = version is null ? await items.FindAsync(dataset.Id, address.ShownOrder, id, cancellationToken)
            : await versions.OpenAsync(dataset.Id, version, cancellationToken) is { } contents ? await old.FindAsync(contents, found, cancellationToken)
            : null;
        var mayEdit = access.MayEdit && version is null;
        return new ShownItem
        {
            Address = address,
            Dataset = dataset.Row,
            Id = id,
            Listed = listed,
            Item = content,
            Hash = found.Hash,
            Origin = found.Origin,
            SectionName = dataset.Sections.FirstOrDefault(section => section.Id == found.Section)?.Name ?? found.Section.Value,
            Previous = listed is null ? null : await BeforeAsync(address, listed, cancellationToken),
            Next = listed is null ? null : await AfterAsync(address, listed, cancellationToken),
            Session = content.Source is { } source ? await sessions.FindAsync(source.SessionId, cancellationToken) : null,
            MayEdit = mayEdit,
            IsInPeek = isInPeek,
            Form = edits && mayEdit ? ItemForm.Of(content, found.Hash) : null,
        };
    }

    private async Task<ItemId?> AfterAsync(DatasetAddress address, ListedItem item, CancellationToken cancellationToken)
    {
        var page = await ContentsAsync(address, cancellationToken) is { } contents
            ? await old.PageAsync(contents, address.Filter, address.ShownOrder, item.Place, 1, cancellationToken)
            : await items.PageAsync(address.Dataset, address.Filter, address.ShownOrder, item.Place, 1, cancellationToken);
        return page is { Items: [var next, ..] } ? next.Row.Id : null;
    }

    private async Task<ItemId?> BeforeAsync(DatasetAddress address, ListedItem item, CancellationToken cancellationToken)
    {
        var page = await ContentsAsync(address, cancellationToken) is { } contents
            ? await old.PageBackAsync(contents, address.Filter, address.ShownOrder, item.Place, 1, cancellationToken)
            : await items.PageBackAsync(address.Dataset, address.Filter, address.ShownOrder, item.Place, 1, cancellationToken);
        return page is { Items: [var previous, ..] } ? previous.Row.Id : null;
    }

    /// <summary>Null for the newest version.</summary>
    private async Task<DatasetContents?> ContentsAsync(DatasetAddress address, CancellationToken cancellationToken) =>
        address.Version is { } version ? await versions.OpenAsync(address.Dataset, version, cancellationToken) : null;
}
