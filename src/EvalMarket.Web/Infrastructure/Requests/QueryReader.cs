using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using EvalMarket.Core;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Problems;
using Microsoft.Extensions.Primitives;

namespace EvalMarket.Web.Infrastructure.Requests;

/// <summary>
/// Reads the query parameters that an endpoint declared (<see cref="QueryParameterConventions.WithQuery"/>) and collects everything that is
/// wrong with them. An absent parameter is null; an empty one is wrong, except for free text.
/// </summary>
public sealed class QueryReader
{
    private const int DefaultLimit = 50;

    private static readonly string[] TimeFormats =
        ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private readonly HttpContext http;
    private readonly IQueryCollection query;
    private readonly HashSet<string> declared;
    private readonly List<ProblemError> errors = [];

    public QueryReader(HttpContext http)
    {
        this.http = http;
        query = http.Request.Query;
        declared = [.. http.GetEndpoint()!.Metadata.GetOrderedMetadata<QueryParametersMetadata>()
            .SelectMany(metadata => metadata.Parameters).Select(parameter => parameter.Name)];
    }

    /// <summary>
    /// Reads the address of a page. Plain forms send the fields that were left empty, and addresses are edited by hand: empty parameters
    /// count as absent, unknown ones are passed over.
    /// </summary>
    public QueryReader(HttpContext http, IEnumerable<QueryParameter> parameters)
    {
        this.http = http;
        query = new QueryCollection(http.Request.Query
            .Select(entry => (entry.Key, Values: new StringValues([.. entry.Value.Where(value => !string.IsNullOrEmpty(value))])))
            .Where(entry => entry.Values.Count > 0)
            .ToDictionary(entry => entry.Key, entry => entry.Values, StringComparer.Ordinal));
        declared = [.. parameters.Select(parameter => parameter.Name)];
    }

    /// <summary>Ask when everything has been read: false when all is well, else the 400 with every error.</summary>
    public bool Failed([NotNullWhen(true)] out Problem? problem)
    {
        problem = errors.Count == 0
            ? null
            : Problem.BadRequest("invalid_parameter", $"{errors[0].Parameter}: {errors[0].Message}") with { Errors = errors };
        return problem is not null;
    }

    /// <summary>Adds an error that only the endpoint can see.</summary>
    public void Refuse(string name, string message) => errors.Add(new ProblemError(message, Parameter: name));

    /// <summary>Says that a parameter is missing, unless something else is wrong with it.</summary>
    public void Require(string name, string message)
    {
        if (!errors.Exists(error => error.Parameter == name))
            Refuse(name, message);
    }

    /// <summary>Page size: 1 to the limit in force, 50 when absent.</summary>
    public int Limit(string name = "limit")
    {
        var most = http.RequestServices.GetRequiredService<Limits>().PageSize;
        return (int)(Number(name, 1, most) ?? Math.Min(DefaultLimit, most));
    }

    /// <summary>The values in a cursor that this app made; null at the first page.</summary>
    /// <param name="parts">How many values it holds.</param>
    public IReadOnlyList<string>? Cursor(int parts, string name = "cursor")
    {
        if (Single(name) is not { } text)
            return null;
        if (Requests.Cursor.TryDecode(text, parts, out var values))
            return values;

        Refuse(name, "This is no cursor of this list. Take next_cursor of the page before, as it is.");
        return null;
    }

    public long? Number(string name, long least, long most)
    {
        if (Single(name) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;

        Refuse(name, $"Must be a whole number from {least} to {most}.");
        return null;
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool? Flag(string name)
    {
        switch (Single(name))
        {
            case null:
                return null;
            case "true":
                return true;
            case "false":
                return false;
            default:
                Refuse(name, "Must be true or false.");
                return null;
        }
    }

    /// <summary>Free text; null when absent or empty.</summary>
    public string? Text(string name, int longest = 1000)
    {
        if (Single(name, emptyIsWrong: false) is not { Length: > 0 } text)
            return null;
        if (text.Length > longest)
            Refuse(name, $"Longer than {longest} characters.");
        else if (IsText(name, text))
            return text;
        return null;
    }

    /// <summary>Texts of a repeatable parameter, each once.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        Declared(name);
        return [.. query[name].OfType<string>().Where(text => text.Length > 0 && IsText(name, text)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>One word of a list.</summary>
    public string? OneOf(string name, IReadOnlyList<string> words)
    {
        if (Single(name) is not { } text)
            return null;
        if (words.Contains(text, StringComparer.Ordinal))
            return text;

        Refuse(name, $"Must be one of {string.Join(", ", words)}.");
        return null;
    }

    /// <summary>Words of a list, each once, for a repeatable parameter.</summary>
    public IReadOnlyList<string> AnyOf(string name, IReadOnlyList<string> words)
    {
        Declared(name);
        var texts = query[name].Select(text => text ?? "").Distinct(StringComparer.Ordinal).ToList();
        if (texts.Exists(text => !words.Contains(text, StringComparer.Ordinal)))
            Refuse(name, $"Must be one of {string.Join(", ", words)}.");
        return texts;
    }

    /// <summary>Ids of a repeatable parameter. One that is no id of the kind is an error, not nothing.</summary>
    public IReadOnlyList<T> Ids<T>(string name)
        where T : struct, ITypeId<T>
    {
        Declared(name);
        List<T> ids = [];
        foreach (var text in query[name])
        {
            if (TypeId.TryParse<T>(text, out var id))
                ids.Add(id);
            else
                Refuse(name, $"Must be an id that starts with {T.Prefix}_.");
        }

        return [.. ids.Distinct()];
    }

    /// <summary>The first moment of a range: an RFC 3339 time, or a date, which means its first moment in UTC.</summary>
    public DateTimeOffset? From(string name) => Time(name, isEnd: false);

    /// <summary>The first moment after a range: an RFC 3339 time, or a date, which is inclusive: the first moment of the next day in UTC.</summary>
    public DateTimeOffset? Until(string name) => Time(name, isEnd: true);

    /// <summary>An RFC 3339 time, or a date: its first moment in UTC, or the first moment after it at the end of a range.</summary>
    public static bool TryReadTime(string text, bool isEnd, out DateTimeOffset time)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && (!isEnd || date < DateOnly.MaxValue))
        {
            time = new DateTimeOffset((isEnd ? date.AddDays(1) : date).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            return true;
        }

        var isTime = DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
        time = time.ToUniversalTime();
        return isTime;
    }

    private DateTimeOffset? Time(string name, bool isEnd)
    {
        // A plus sign that was not escaped arrives as a space.
        if (Single(name)?.Replace(' ', '+') is not { } text)
            return null;
        if (TryReadTime(text, isEnd, out var time))
            return time;

        Refuse(name, "Must be a time like 2026-01-02T03:04:05Z or a date like 2026-01-02.");
        return null;
    }

    private string? Single(string name, bool emptyIsWrong = true)
    {
        Declared(name);
        var values = query[name];
        if (values.Count > 1)
        {
            Refuse(name, "Given more than once.");
            return null;
        }

        if (values.Count == 1 && emptyIsWrong && string.IsNullOrEmpty(values[0]))
        {
            Refuse(name, "Is empty.");
            return null;
        }

        return values.Count == 0 ? null : values[0];
    }

    /// <summary>No database takes U+0000, and nothing has it in it.</summary>
    private bool IsText(string name, string text)
    {
        if (!text.Contains('\0', StringComparison.Ordinal))
            return true;
        Refuse(name, "Holds a character that is no text (U+0000).");
        return false;
    }

    private void Declared(string name)
    {
        if (!declared.Contains(name))
            throw new InvalidOperationException($"The endpoint reads the parameter '{name}' without declaring it.");
    }
}
