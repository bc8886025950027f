using System.Text.Json;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>The filter of sessions as query parameters and as JSON: the same names and values.</summary>
internal static class SessionFilterParameters
{
    public const string Source = "source";
    public const string Author = "author";
    public const string Model = "model";
    public const string Project = "project";
    public const string Tag = "tag";
    public const string EvalReady = "eval_ready";
    public const string Status = "status";
    public const string Query = "q";
    public const string Import = "import";
    public const string FromTime = "from";
    public const string ToTime = "to";

    /// <summary>The parameter of the order, which only lists have.</summary>
    public static QueryParameter Sort { get; } = new(
        "sort", "Order: with a minus downwards. Equals go by id; sessions without a value come last both ways. `-created` when absent.", Values: SessionOrder.WireNames);

    public static IReadOnlyList<QueryParameter> Declared { get; } =
    [
        new(Source, "Tool that the session came from, like `claude-code`.", Repeatable: true),
        new(Author, "Who held the session.", Repeatable: true),
        new(Model, "Model that answered.", Repeatable: true),
        new(Project, "Project that it was about.", Repeatable: true),
        new(Tag, "Eval tag.", Repeatable: true),
        new(EvalReady, "Whether the session is in the Evals view.", Values: ["true", "false"]),
        new(Status, "Label.", Repeatable: true, Values: EvalStatuses.WireNames),
        new(Query, "Words that all have to be in the title or the messages; beginnings of words count."),
        new(Import, "Id of the job that imported the session. Sessions that were there before are not among it, changed or not; what a request imports at once has no job.", Repeatable: true),
        new(FromTime, "Created at this RFC 3339 time or date, or later."),
        new(ToTime, "Created before this RFC 3339 time; with a date, on that day or before."),
    ];

    /// <summary>Reads the declared parameters; what is wrong is collected by the reader.</summary>
    public static SessionFilter Read(QueryReader query) => new()
    {
        Sources = query.Texts(Source),
        Authors = query.Texts(Author),
        Models = query.Texts(Model),
        Projects = query.Texts(Project),
        Tags = query.Texts(Tag),
        EvalReady = query.Flag(EvalReady),
        Statuses = [.. query.AnyOf(Status, EvalStatuses.WireNames).Select(ToStatus).OfType<EvalStatus>()],
        Query = query.Text(Query),
        Imports = query.Ids<JobId>(Import),
        From = query.From(FromTime),
        To = query.Until(ToTime),
    };

    /// <summary>Reads the order; what is none is collected by the reader.</summary>
    public static SessionOrder ReadOrder(QueryReader query) => SessionOrder.Parse(query.OneOf(Sort.Name, SessionOrder.WireNames)) ?? SessionOrder.Newest;

    /// <summary>Reads the filter of a bulk request: a value or a list of values for each name.</summary>
    public static SessionFilter Read(JsonElement json, string path, List<ContentError> errors)
    {
        var filter = SessionFilter.All;
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new ContentError("Must be an object.", path));
            return filter;
        }

        foreach (var property in json.EnumerateObject())
        {
            var at = $"{path}/{property.Name}";
            filter = property.Name switch
            {
                Source => filter with { Sources = Texts(property.Value, at, errors) },
                Author => filter with { Authors = Texts(property.Value, at, errors) },
                Model => filter with { Models = Texts(property.Value, at, errors) },
                Project => filter with { Projects = Texts(property.Value, at, errors) },
                Tag => filter with { Tags = Texts(property.Value, at, errors) },
                EvalReady => filter with { EvalReady = Flag(property.Value, at, errors) },
                Status => filter with { Statuses = Statuses(property.Value, at, errors) },
                Query => filter with { Query = Texts(property.Value, at, errors) is [var words, ..] ? words : null },
                Import => filter with { Imports = Ids<JobId>(property.Value, at, errors) },
                FromTime => filter with { From = Time(property.Value, at, isEnd: false, errors) },
                ToTime => filter with { To = Time(property.Value, at, isEnd: true, errors) },
                _ => Unknown(filter, at, errors),
            };
        }

        return filter;
    }

    /// <summary>Ids of sessions in a JSON list.</summary>
    public static IReadOnlyList<SessionId> ReadIds(JsonElement json, string path, int most, List<ContentError> errors)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            errors.Add(new ContentError("Must be a list of session ids.", path));
            return [];
        }

        if (json.GetArrayLength() > most)
        {
            errors.Add(new ContentError($"Limits:BulkIds allows {most:N0} ids. Use a filter for more.", path));
            return [];
        }

        var ids = new List<SessionId>(json.GetArrayLength());
        foreach (var (index, element) in json.EnumerateArray().Index())
        {
            if (element.ValueKind == JsonValueKind.String && TypeId.TryParse<SessionId>(element.GetString(), out var id))
            {
                ids.Add(id);
            }
            else
            {
                errors.Add(new ContentError("Must be an id that starts with ses_.", $"{path}/{index}"));
            }
        }

        return ids;
    }

    /// <summary>The filter as parameters, which read the same; without ids.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(SessionFilter filter)
    {
        IEnumerable<(string Name, IEnumerable<string?> Values)> fields =
        [
            (Query, [filter.Query]),
            (EvalReady, [filter.EvalReady is { } ready ? ready ? "true" : "false" : null]),
            (Status, filter.Statuses.Select(status => status.ToWire())),
            (Project, filter.Projects),
            (Source, filter.Sources),
            (Author, filter.Authors),
            (Model, filter.Models),
            (Tag, filter.Tags),
            (Import, filter.Imports.Select(id => id.Value)),
            (FromTime, [filter.From is { } from ? Rfc3339.Format(from) : null]),
            (ToTime, [filter.To is { } to ? Rfc3339.Format(to) : null]),
        ];
        return fields.SelectMany(field => field.Values.OfType<string>().Select(value => KeyValuePair.Create(field.Name, value)));
    }

    private static EvalStatus? ToStatus(string text) => EvalStatuses.TryParse(text, out var status) ? status : null;

    private static SessionFilter Unknown(SessionFilter filter, string path, List<ContentError> errors)
    {
        errors.Add(new ContentError($"There is no such filter. Known: {string.Join(", ", Declared.Select(parameter => parameter.Name))}.", path));
        return filter;
    }

    private static IReadOnlyList<string> Texts(JsonElement json, string path, List<ContentError> errors)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return [json.GetString()!];
            case JsonValueKind.Array when json.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String):
                return [.. json.EnumerateArray().Select(element => element.GetString()!).Distinct(StringComparer.Ordinal)];
            default:
                errors.Add(new ContentError("Must be a text or a list of texts.", path));
                return [];
        }
    }

    private static IReadOnlyList<T> Ids<T>(JsonElement json, string path, List<ContentError> errors)
        where T : struct, ITypeId<T>
    {
        List<T> ids = [];
        foreach (var text in Texts(json, path, errors))
        {
            if (TypeId.TryParse<T>(text, out var id))
            {
                ids.Add(id);
            }
            else
            {
                errors.Add(new ContentError($"Must be an id that starts with {T.Prefix}_.", path));
            }
        }

        return ids;
    }

    private static bool? Flag(JsonElement json, string path, List<ContentError> errors)
    {
        if (json.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return json.GetBoolean();
        }

        errors.Add(new ContentError("Must be true or false.", path));
        return null;
    }

    private static IReadOnlyList<EvalStatus> Statuses(JsonElement json, string path, List<ContentError> errors)
    {
        var texts = Texts(json, path, errors);
        if (texts.Any(text => ToStatus(text) is null))
        {
            errors.Add(new ContentError($"Must be one of {string.Join(", ", EvalStatuses.WireNames)}.", path));
        }

        return [.. texts.Select(ToStatus).OfType<EvalStatus>()];
    }

    private static DateTimeOffset? Time(JsonElement json, string path, bool isEnd, List<ContentError> errors)
    {
        if (json.ValueKind == JsonValueKind.String && QueryReader.TryReadTime(json.GetString()!, isEnd, out var time))
        {
            return time;
        }

        errors.Add(new ContentError("Must be a time like 2026-01-02T03:04:05Z or a date like 2026-01-02.", path));
        return null;
    }
}
