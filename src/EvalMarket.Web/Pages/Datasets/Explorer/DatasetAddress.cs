using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Datasets;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Shared.Lists;
using EvalMarket.Web.Pages.Views;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>
/// The items of a dataset as an address says them: which version, which sections, what else they are narrowed by, which page, and which one is
/// beside the list. Items opened from the list, bulk changes and exports carry it along, with the names that the API uses.
/// </summary>
internal sealed record DatasetAddress
{
    public const string SectionParameter = "section_ids";
    public const string QueryParameterName = "q";
    public const string TagParameter = "tag";
    public const string LinkedParameter = "linked";
    public const string OriginParameter = "source";
    public const string OutputParameter = "has_output";
    public const string VersionParameter = "version";
    public const string ColumnsParameter = "columns";
    public const string ViewParameter = SavedViewTabs.Parameter;
    public const string CursorParameter = "cursor";
    public const string BeforeParameter = "newer";
    public const string PeekParameter = OpenPanel.Parameter;

    /// <summary>The item that a link leads to: its page is shown, and it is marked.</summary>
    public const string MessageParameter = "message_id";

    private static readonly IReadOnlyList<QueryParameter> Known =
    [
        new(SectionParameter, "Sections.", Repeatable: true),
        new(QueryParameterName, "Words."),
        new(TagParameter, "Tags.", Repeatable: true),
        new(LinkedParameter, "Connected to its messages."),
        new(OriginParameter, "How it came in.", Repeatable: true),
        new(OutputParameter, "Has an output."),
        new(VersionParameter, "An older version."),
        ItemFilterParameters.Sort,
        new(ColumnsParameter, "Columns of the table."),
        new(ViewParameter, "The saved view that it came from."),
        new(CursorParameter, "Where the page begins."),
        new(BeforeParameter, "Where the page ends."),
        new(PeekParameter, "The item beside the list."),
        new(MessageParameter, "The item that a link leads to."),
    ];

    /// <summary>Slug of the workspace.</summary>
    public required string Workspace { get; init; }

    public required DatasetId Dataset { get; init; }

    /// <summary>Null for the newest.</summary>
    public int? Version { get; init; }

    public IReadOnlyList<SectionId> Sections { get; init; } = [];

    public string? Query { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public bool? IsLinked { get; init; }

    public IReadOnlyList<ItemOrigin> Origins { get; init; } = [];

    public bool? HasOutput { get; init; }

    /// <summary>As the address says it.</summary>
    public ItemOrder Order { get; init; } = ItemOrder.OfDataset;

    /// <summary>The order that the list has: a search and an old version have that of the dataset, or its reverse.</summary>
    public ItemOrder ShownOrder => Order.IsPosition || WhyPosition is null ? Order : ItemOrder.OfDataset;

    /// <summary>Why the list has no order but that of the dataset; null when it may have any.</summary>
    public string? WhyPosition =>
        Query is not null ? "What a search for words finds is shown in the dataset’s order." : Version is not null ? "Old versions are shown in the dataset’s order." : null;

    /// <summary>Id of the saved view that the list was opened from; it may be anything.</summary>
    public string? View { get; init; }

    /// <summary>Keys of the columns that the address asks for; null when it leaves that to the person.</summary>
    public string? Columns { get; init; }

    /// <summary>The page begins after this place.</summary>
    public ItemPlace? After { get; init; }

    /// <summary>The page ends before this place.</summary>
    public ItemPlace? Before { get; init; }

    public string? Peek { get; init; }

    /// <summary>The item that a link leads to, as the address says it; it may be none.</summary>
    public string? Message { get; init; }

    /// <summary>What is wrong with the address, in words; null when nothing is.</summary>
    public string? Error { get; init; }

    public string Path => Addresses.Dataset(Workspace, Dataset.Value);

    public bool IsFiltered => Pairs.Any();

    /// <summary>All but sections: what narrows the list but no export.</summary>
    public bool IsSearched => Pairs.Any(pair => pair.Key != SectionParameter);

    /// <summary>The filter as the address has it.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs =>
    [
        .. SectionPairs,
        .. Query is null ? [] : Pair(QueryParameterName, Query),
        .. Tags.Select(tag => KeyValuePair.Create(TagParameter, tag)),
        .. Origins.Select(origin => KeyValuePair.Create(OriginParameter, origin.ToWire())),
        .. Flag(LinkedParameter, IsLinked),
        .. Flag(OutputParameter, HasOutput),
    ];

    /// <summary>The sections, which is what defines an export.</summary>
    public IEnumerable<KeyValuePair<string, string>> SectionPairs => Sections.Select(section => KeyValuePair.Create(SectionParameter, section.Value));

    public ItemFilter Filter => new() { Sections = Sections, Query = Query, Tags = Tags, Linked = IsLinked, Origins = Origins, HasOutput = HasOutput };

    /// <summary>Reads the address of a request.</summary>
    public static DatasetAddress Read(HttpContext http, string workspace, DatasetId dataset)
    {
        var query = new QueryReader(http, Known);
        var columns = ItemColumn.Columns.Read(query.Text(ColumnsParameter));
        var order = ItemFilterParameters.ReadOrder(query, null);
        var address = new DatasetAddress
        {
            Workspace = workspace,
            Dataset = dataset,
            Version = (int?)query.Number(VersionParameter, 1, int.MaxValue),
            Sections = query.Ids<SectionId>(SectionParameter),
            Query = query.Text(QueryParameterName)?.Trim() is { Length: > 0 } words ? words : null,
            Tags = query.Texts(TagParameter),
            IsLinked = query.Flag(LinkedParameter),
            Origins = [.. query.AnyOf(OriginParameter, [.. ItemOrigins.All.Select(origin => origin.ToWire())]).Select(Origin).OfType<ItemOrigin>()],
            HasOutput = query.Flag(OutputParameter),
            Columns = columns is null ? null : ItemColumn.Write(columns),
            Order = order,
            View = query.Text(ViewParameter),
            Peek = query.Text(PeekParameter),
            Message = query.Text(MessageParameter),
        };
        address = address with
        {
            After = ItemCursor.Read(query, address.ShownOrder, CursorParameter)?.Place,
            Before = ItemCursor.Read(query, address.ShownOrder, BeforeParameter)?.Place,
        };
        query.Failed(out var problem);
        return address with { Error = problem?.Detail };
    }

    /// <summary>The first page of the list.</summary>
    public string List() => To([.. Pairs, .. State()]);

    /// <summary>What a saved view keeps: filter, search, order and columns.</summary>
    public string ViewQuery(string columns) => Addresses.With("", [.. Pairs, .. (this with { Columns = columns, View = null, Version = null }).State()]).TrimStart('?');

    /// <summary>The list in another order.</summary>
    public string SortedBy(ItemOrder order) => (this with { Order = order }).List();

    /// <summary>The list without any filter.</summary>
    public string Unfiltered() => To((this with { View = null }).State());

    /// <summary>The list with its sections alone.</summary>
    public string OnlySections() => To([.. SectionPairs, .. (this with { View = null }).State()]);

    /// <summary>The same page of the list, with nothing beside it.</summary>
    public string ListPage() => To([.. Pairs, .. State(), .. InPage()]);

    /// <summary>The values of a filter with their numbers.</summary>
    public string Facet(string name) => To([.. VersionPair, new("handler", "facet"), new("name", name)]);

    /// <summary>The page with all values of all filters, for browsers without scripts.</summary>
    public string AllFacets() => To([.. Pairs, .. State(), new("facets", "all")]);

    public string From(ItemPlace place) => To([.. Pairs, .. State(), new(CursorParameter, Cursor(place))]);

    public string Until(ItemPlace place) => To([.. Pairs, .. State(), new(BeforeParameter, Cursor(place))]);

    /// <summary>The page of the list that begins with an item, which is beside it.</summary>
    public string PageOf(ListedItem item) =>
        To([.. Pairs, .. State(), new(CursorParameter, Cursor(item.Place.JustBefore(ShownOrder.IsDescending))), new(PeekParameter, item.Row.Id.Value)]);

    /// <summary>The same page of the list with an item beside it.</summary>
    public string Beside(string item) => To([.. Pairs, .. State(), .. InPage(), new(PeekParameter, item)]);

    /// <summary>The page that holds the item, which is marked on it: what people send each other.</summary>
    public string Link(string item) => Addresses.With(Path, [.. VersionPair, new(MessageParameter, item)]);

    /// <summary>The panel that shows an item beside the list.</summary>
    public string Panel(string item, params IReadOnlyList<KeyValuePair<string, string>> more) =>
        Addresses.With(Addresses.ItemPeek(Workspace, Dataset.Value, item), [.. Pairs, .. State(), .. InPage(), .. more]);

    /// <summary>An item, with the way back and on.</summary>
    public string Item(string item, params IReadOnlyList<KeyValuePair<string, string>> more) =>
        Addresses.With(Addresses.Item(Workspace, Dataset.Value, item), [.. Pairs, .. State(), .. InPage(), .. more]);

    public string Share(string item) => Addresses.ShareItem(Workspace, Dataset.Value, item);

    /// <summary>A handler of the list's page, on the whole filter; it answers with the same page of the list.</summary>
    public string Handler(string handler) => To([.. Pairs, .. State(), .. InPage(), new("handler", handler)]);

    /// <summary>The list without one value of a filter.</summary>
    public string Without(string name, string value) => To([.. Pairs.Where(pair => pair.Key != name || pair.Value != value), .. State()]);

    /// <summary>The list of another version; null for the newest.</summary>
    public string Of(int? version) => (this with { Version = version, After = null, Before = null }).List();

    /// <summary>The dialog that asks for a format.</summary>
    public string Export(params IReadOnlyList<KeyValuePair<string, string>> more) =>
        Addresses.With(Addresses.DatasetExport(Workspace, Dataset.Value), [.. SectionPairs, .. VersionPair, .. more]);

    /// <summary>The package of the sections that are ticked: what the button without dots gives.</summary>
    public string Package() => Addresses.With($"/datasets/{Dataset}/export", [.. SectionPairs, .. VersionPair]);

    /// <summary>All of the address but the filter, as it goes through the search form.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> State() =>
    [
        .. VersionPair,
        .. Order == ItemOrder.OfDataset ? [] : Pair(ItemFilterParameters.Sort.Name, Order.ToWire()),
        .. Columns is null ? [] : Pair(ColumnsParameter, Columns),
        .. View is null ? [] : Pair(ViewParameter, View),
    ];

    public IReadOnlyList<KeyValuePair<string, string>> VersionPair => Version is { } version ? Pair(VersionParameter, version.ToString(System.Globalization.CultureInfo.InvariantCulture)) : [];

    private string Cursor(ItemPlace place) => ItemCursor.Write(place, ShownOrder);

    private static ItemOrigin? Origin(string text) => ItemOrigins.TryParse(text, out var origin) ? origin : null;

    private static KeyValuePair<string, string>[] Flag(string name, bool? value) => value is { } flag ? Pair(name, flag ? "true" : "false") : [];

    private static KeyValuePair<string, string>[] Pair(string name, string value) => [new(name, value)];

    private KeyValuePair<string, string>[] InPage() => After is { } after ? Pair(CursorParameter, Cursor(after)) : Before is { } before ? Pair(BeforeParameter, Cursor(before)) : [];

    private string To(IEnumerable<KeyValuePair<string, string>> pairs) => Addresses.With(Path, pairs);
}
