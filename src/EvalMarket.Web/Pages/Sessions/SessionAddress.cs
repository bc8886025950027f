using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Pages.Shared;

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
    public const string PeekParameter = "peek";

    private static readonly IReadOnlyList<QueryParameter> Known =
    [
        .. SessionFilterParameters.Declared,
        new(ListParameter, "The list.", Values: ["evals"]),
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

    public SessionPosition? After { get; init; }

    public SessionPosition? Before { get; init; }

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
        var after = SessionCursor.Read(query, CursorParameter);
        var before = SessionCursor.Read(query, NewerParameter);
        var peek = query.Text(PeekParameter);
        query.Failed(out var problem);
        return new SessionAddress
        {
            Workspace = workspace,
            IsEvals = evals,
            Filter = evals ? filter with { EvalReady = true } : filter,
            Pairs = [.. PairsOf(filter, http.Request.Query, evals)],
            After = after,
            Before = before,
            Peek = peek,
            Error = problem?.Detail,
        };
    }

    /// <summary>The first page of the list.</summary>
    public string List() => With(ListPath, Pairs);

    public string Older(SessionPosition from) => With(ListPath, [.. Pairs, new(CursorParameter, SessionCursor.Write(from))]);

    public string Newer(SessionPosition from) => With(ListPath, [.. Pairs, new(NewerParameter, SessionCursor.Write(from))]);

    /// <summary>The same page of the list, with nothing beside it.</summary>
    public string ListPage() => With(ListPath, [.. Pairs, .. InPage()]);

    /// <summary>The same page of the list with a session beside it.</summary>
    public string Beside(string id) => With(ListPath, [.. Pairs, .. InPage(), new(PeekParameter, id)]);

    /// <summary>The page of the list that begins with a session, which is beside it.</summary>
    public string PageOf(SessionRow row) =>
        With(ListPath, [.. Pairs, new(CursorParameter, SessionCursor.Write(new SessionPosition(row.CreatedAt.AddMicroseconds(1), row.Id))), new(PeekParameter, row.Id.Value)]);

    /// <summary>The panel that shows a session beside the list.</summary>
    public string Panel(string id) => With(Addresses.SessionPeek(Workspace, id), [.. InList(), .. InPage()]);

    /// <summary>The next session of the list that waits for a label.</summary>
    /// <param name="after">From where on; null: from the beginning.</param>
    public string Unlabelled(string? after, params IReadOnlyList<KeyValuePair<string, string>> more) =>
        With(Addresses.Unlabelled(Workspace), [.. InList(), .. InPage(), .. after is null ? (IReadOnlyList<KeyValuePair<string, string>>)[] : [new("after", after)], .. more]);

    /// <summary>The list without one value of a filter.</summary>
    public string Without(string name, string value) => With(ListPath, Pairs.Where(pair => pair.Key != name || pair.Value != value));

    /// <summary>A handler of the list's page, on the whole filter.</summary>
    public string Handler(string handler) => With(ListPath, [.. Pairs, new("handler", handler)]);

    /// <summary>A session, with the way back and on.</summary>
    public string Session(string id) => With(Addresses.Session(Workspace, id), InList());

    /// <summary>Where the labels of a session are saved.</summary>
    public string Labels(string id, params IReadOnlyList<KeyValuePair<string, string>> more) => With(Addresses.SessionLabels(Workspace, id), [.. InList(), .. InPage(), .. more]);

    public string Session(string id, params IReadOnlyList<KeyValuePair<string, string>> more) => With(Addresses.Session(Workspace, id), [.. InList(), .. more]);

    /// <summary>Parts of a session's conversation.</summary>
    public string Messages(string id, params IReadOnlyList<KeyValuePair<string, string>> more) => With(Addresses.SessionMessages(Workspace, id), [.. InList(), .. more]);

    /// <summary>What a form of a session's page has to send along, to keep the way back and on.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> InList() => IsEvals ? [new(ListParameter, "evals"), .. Pairs] : Pairs;

    public string Export(params IReadOnlyList<KeyValuePair<string, string>> more) => With(Addresses.Export(Workspace), [.. Pairs, .. more]);

    /// <summary>The same export from the API.</summary>
    public string ApiExport(string format, IReadOnlyList<string> ids) => With(
        "/api/export", [new(SessionExportApi.Format, format), .. ids.Count > 0 ? ids.Select(id => new KeyValuePair<string, string>(SessionExportApi.SessionIds, id)) : Pairs]);

    private static string With(string path, IEnumerable<KeyValuePair<string, string>> pairs) =>
        path + QueryString.Create(pairs.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));

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
            (SessionFilterParameters.FromTime, [filter.From is null ? null : query[SessionFilterParameters.FromTime].ToString()]),
            (SessionFilterParameters.ToTime, [filter.To is null ? null : query[SessionFilterParameters.ToTime].ToString()]),
        ];
        return fields.SelectMany(field => field.Values.OfType<string>().Select(value => new KeyValuePair<string, string>(field.Name, value)));
    }

    private IReadOnlyList<KeyValuePair<string, string>> InPage() =>
        After is { } after ? [new(CursorParameter, SessionCursor.Write(after))]
        : Before is { } before ? [new(NewerParameter, SessionCursor.Write(before))]
        : [];
}
