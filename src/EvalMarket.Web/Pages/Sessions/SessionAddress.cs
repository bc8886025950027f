using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Shared.Lists;
using EvalMarket.Web.Pages.Views;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>
/// A list of sessions as an address says it: which list, and the filter. Lists, sessions opened from them, bulk changes and exports all
/// carry the filter in the address, with the names that the API uses.
/// </summary>
internal sealed record SessionAddress
{
    /// <summary>Marks a session that was opened from the Evals view.</summary>
    public const string ListParameter = "in";

    public const string CursorParameter = "cursor";

    public const string NewerParameter = "newer";

    /// <summary>The session that is shown beside the list.</summary>
    public const string PeekParameter = OpenPanel.Parameter;

    public const string ColumnsParameter = "columns";

    public const string ViewParameter = SavedViewTabs.Parameter;

    private static readonly IReadOnlyList<QueryParameter> Known =
    [
        .. SessionFilterParameters.Declared,
        new(ListParameter, "The list.", Values: ["evals"]),
        SessionFilterParameters.Sort,
        new(ColumnsParameter, "Columns of the table."),
        new(ViewParameter, "The saved view that it came from."),
        new(CursorParameter, "Where the page begins."),
        new(NewerParameter, "Where the page ends."),
        new(PeekParameter, "The session beside the list."),
    ];

    /// <summary>Slug of the workspace.</summary>
    public required string Workspace { get; init; }

    /// <summary>The Evals view: only eval-ready sessions.</summary>
    public required bool IsEvals { get; init; }

    public required SessionFilter Filter { get; init; }

    /// <summary>The filter as the address has it, in the order of the parameters; without what the list itself means.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Pairs { get; init; }

    public SessionOrder Order { get; init; } = SessionOrder.Newest;

    /// <summary>Keys of the columns that the address asks for, joined by dots; null when it leaves that to the person.</summary>
    public string? Columns { get; init; }

    /// <summary>Id of the saved view that the list was opened from; it may be anything.</summary>
    public string? View { get; init; }

    public SessionPlace? After { get; init; }

    public SessionPlace? Before { get; init; }

    /// <summary>The session beside the list, as the address says it; it may be none.</summary>
    public string? Peek { get; init; }

    /// <summary>What is wrong with the address, in words; null when nothing is.</summary>
    public string? Error { get; init; }

    public string ListPath => IsEvals ? Addresses.Evals(Workspace) : Addresses.Sessions(Workspace);

    public string ListName => IsEvals ? "Evals" : "Sessions";

    public bool IsFiltered => Pairs.Count > 0;

    /// <summary>Reads the address of a request.</summary>
    /// <param name="isEvals">Null: the address says it.</param>
    public static SessionAddress Read(HttpContext http, string workspace, bool? isEvals)
    {
        var query = new QueryReader(http, Known);
        var filter = SessionFilterParameters.Read(query);
        var evals = isEvals ?? query.OneOf(ListParameter, ["evals"]) is not null;
        var order = SessionFilterParameters.ReadOrder(query);
        var columns = SessionTableColumn.Of(evals).Read(query.Text(ColumnsParameter));
        var view = query.Text(ViewParameter);
        var after = SessionCursor.Read(query, order, CursorParameter);
        var before = SessionCursor.Read(query, order, NewerParameter);
        var peek = query.Text(PeekParameter);
        query.Failed(out var problem);
        return new SessionAddress
        {
            Workspace = workspace,
            IsEvals = evals,
            Filter = evals ? filter with { EvalReady = true } : filter,
            Pairs = [.. PairsOf(filter, http.Request.Query, evals)],
            Order = order,
            Columns = columns is null ? null : SessionTableColumn.Write(columns),
            View = view,
            After = after,
            Before = before,
            Peek = peek,
            Error = problem?.Detail,
        };
    }

    /// <summary>What a saved view keeps: filter, search, order and columns.</summary>
    public string Query(string columns) => Addresses.With("", [.. Pairs, .. (this with { Columns = columns, View = null }).State()]).TrimStart('?');

    /// <summary>The first page of the list.</summary>
    public string List() => Addresses.With(ListPath, [.. Pairs, .. State()]);

    /// <summary>The list without any filter, in the same order.</summary>
    public string Unfiltered() => Addresses.With(ListPath, (this with { View = null }).State());

    /// <summary>The list with the words of the search alone.</summary>
    public string OnlyWords() => Addresses.With(ListPath, [.. Pairs.Where(pair => pair.Key == SessionFilterParameters.Query), .. (this with { View = null }).State()]);

    /// <summary>The page with all values of all filters, for browsers without scripts.</summary>
    public string AllFacets() => Addresses.With(ListPath, [.. Pairs, .. State(), new("facets", "all")]);

    /// <summary>The list in another order.</summary>
    public string SortedBy(SessionOrder order) => (this with { Order = order }).List();

    public string Older(SessionPlace from) => Addresses.With(ListPath, [.. Pairs, .. State(), new(CursorParameter, SessionCursor.Write(from))]);

    public string Newer(SessionPlace from) => Addresses.With(ListPath, [.. Pairs, .. State(), new(NewerParameter, SessionCursor.Write(from))]);

    /// <summary>The same page of the list, with nothing beside it.</summary>
    public string ListPage() => Addresses.With(ListPath, [.. Pairs, .. State(), .. InPage()]);

    /// <summary>The same page of the list with a session beside it.</summary>
    public string Beside(string id) => Addresses.With(ListPath, [.. Pairs, .. State(), .. InPage(), new(PeekParameter, id)]);

    /// <summary>The page of the list that begins with a session, which is beside it.</summary>
    public string PageOf(SessionRow row) =>
        Addresses.With(ListPath, [.. Pairs, .. State(), new(CursorParameter, SessionCursor.Write(SessionPlace.JustBefore(row, Order))), new(PeekParameter, row.Id.Value)]);

    /// <summary>The panel that shows a session beside the list.</summary>
    public string Panel(string id) => Addresses.With(Addresses.SessionPeek(Workspace, id), [.. InList(), .. InPage()]);

    /// <summary>The next session of the list that waits for a label.</summary>
    /// <param name="after">From where on; null: from the beginning.</param>
    public string Unlabelled(string? after, params IReadOnlyList<KeyValuePair<string, string>> more) =>
        Addresses.With(Addresses.Unlabelled(Workspace), [.. InList(), .. InPage(), .. after is null ? (IReadOnlyList<KeyValuePair<string, string>>)[] : [new("after", after)], .. more]);

    /// <summary>The list without one value of a filter.</summary>
    public string Without(string name, string value) => Addresses.With(ListPath, [.. Pairs.Where(pair => pair.Key != name || pair.Value != value), .. State()]);

    /// <summary>The list without some filters.</summary>
    public string WithoutFields(params IReadOnlyList<string> names) => Addresses.With(ListPath, [.. Pairs.Where(pair => !names.Contains(pair.Key)), .. State()]);

    /// <summary>A handler of the list's page, on the whole filter; it answers with the same page of the list.</summary>
    public string Handler(string handler) => Addresses.With(ListPath, [.. Pairs, .. State(), .. InPage(), new("handler", handler)]);

    /// <summary>All of the address but the filter, as it goes through the search form.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> State() =>
    [
        .. Order == SessionOrder.Newest ? [] : Pair(SessionFilterParameters.Sort.Name, Order.ToWire()),
        .. Columns is null ? [] : Pair(ColumnsParameter, Columns),
        .. View is null ? [] : Pair(ViewParameter, View),
    ];

    /// <summary>What the search form carries along: an import is chosen where it ended, and has no field in it.</summary>
    public IEnumerable<KeyValuePair<string, string>> Hidden() => Pairs.Where(pair => pair.Key == SessionFilterParameters.Import).Concat(State());

    /// <summary>A session, with the way back and on.</summary>
    public string Session(string id) => Addresses.With(Addresses.Session(Workspace, id), InList());

    /// <summary>Where the labels of a session are saved.</summary>
    public string Labels(string id, params IReadOnlyList<KeyValuePair<string, string>> more) => Addresses.With(Addresses.SessionLabels(Workspace, id), [.. InList(), .. InPage(), .. more]);

    public string Session(string id, params IReadOnlyList<KeyValuePair<string, string>> more) => Addresses.With(Addresses.Session(Workspace, id), [.. InList(), .. more]);

    /// <summary>Parts of a session's conversation.</summary>
    public string Messages(string id, params IReadOnlyList<KeyValuePair<string, string>> more) => Addresses.With(Addresses.SessionMessages(Workspace, id), [.. InList(), .. more]);

    /// <summary>What a form of a session's page has to send along, to keep the way back and on.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> InList() => [.. IsEvals ? Pair(ListParameter, "evals") : [], .. Pairs, .. State()];

    /// <summary>Where the selection of the list goes into a queue.</summary>
    public string AddToQueue(string? handler = null) => Addresses.With(Addresses.AddToQueue(Workspace), [.. InList(), .. handler is null ? [] : Pair("handler", handler)]);

    /// <summary>Adds turns of the list's sessions to a dataset.</summary>
    public string AddToDataset(params IReadOnlyList<KeyValuePair<string, string>> more) => Addresses.With(Addresses.CloneSessions(Workspace), [.. InList(), .. more]);

    public string Export(params IReadOnlyList<KeyValuePair<string, string>> more) => Addresses.With(Addresses.Export(Workspace), [.. Pairs, .. more]);

    /// <summary>The same export from the API.</summary>
    public string ApiExport(string format, IReadOnlyList<string> ids) => Addresses.With(
        "/api/export", [new(SessionExportApi.Format, format), .. ids.Count > 0 ? ids.Select(id => new KeyValuePair<string, string>(SessionExportApi.SessionIds, id)) : Pairs]);

    /// <summary>Only what was understood: an address that was edited by hand does not travel on.</summary>
    private static IEnumerable<KeyValuePair<string, string>> PairsOf(SessionFilter filter, IQueryCollection query, bool isEvals)
    {
        IEnumerable<(string Name, IEnumerable<string?> Values)> fields =
        [
            (SessionFilterParameters.Query, [filter.Query]),
            (SessionFilterParameters.EvalReady, [isEvals ? null : filter.EvalReady?.ToString().ToLowerInvariant()]),
            (SessionFilterParameters.Status, filter.Statuses.Select(status => status.ToWire())),
            (SessionFilterParameters.Project, filter.Projects),
            (SessionFilterParameters.Source, filter.Sources),
            (SessionFilterParameters.Author, filter.Authors),
            (SessionFilterParameters.Model, filter.Models),
            (SessionFilterParameters.Tag, filter.Tags),
            (SessionFilterParameters.Import, filter.Imports.Select(id => id.Value)),
            (SessionFilterParameters.FromTime, [filter.From is null ? null : query[SessionFilterParameters.FromTime].ToString()]),
            (SessionFilterParameters.ToTime, [filter.To is null ? null : query[SessionFilterParameters.ToTime].ToString()]),
        ];
        return fields.SelectMany(field => field.Values.OfType<string>().Select(value => new KeyValuePair<string, string>(field.Name, value)));
    }

    private IReadOnlyList<KeyValuePair<string, string>> InPage() =>
        After is { } after ? [new(CursorParameter, SessionCursor.Write(after))]
        : Before is { } before ? [new(NewerParameter, SessionCursor.Write(before))]
        : [];

    private static KeyValuePair<string, string>[] Pair(string name, string value) => [new(name, value)];
}
