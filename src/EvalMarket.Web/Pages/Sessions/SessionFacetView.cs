using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>A filter with its values, their numbers, and which of them are on.</summary>
/// <param name="Name">The parameter's name in the address.</param>
/// <param name="Href">Gives the values with their numbers.</param>
/// <param name="IsCounted">Whether the values are all there; until the filter is opened, only those that are on.</param>
/// <param name="Among">Counted among this many newest matches only; null when among all.</param>
internal sealed record SessionFacetView(string Name, string Label, string Href, IReadOnlyList<SessionFacetValue> Values, bool IsCounted, long? Among = null)
{
    public const int MostValues = 50;

    private static readonly IReadOnlyList<(string Name, string Label, SessionFacet? Field)> Known =
    [
        (SessionFilterParameters.EvalReady, "In Evals", null),
        (SessionFilterParameters.Status, "Label", null),
        (SessionFilterParameters.Project, "Project", SessionFacet.Project),
        (SessionFilterParameters.Source, "Source", SessionFacet.Source),
        (SessionFilterParameters.Author, "Author", SessionFacet.Author),
        (SessionFilterParameters.Model, "Model", SessionFacet.Model),
        (SessionFilterParameters.Tag, "Tag", SessionFacet.Tag),
    ];

    public int OnCount => Values.Count(value => value.IsOn && value.Value.Length > 0);

    /// <summary>One of its values at most.</summary>
    public bool IsSingle => Name == SessionFilterParameters.EvalReady;

    /// <summary>May have more values than anybody reads.</summary>
    public bool IsLong => Name is SessionFilterParameters.Project or SessionFilterParameters.Author or SessionFilterParameters.Model or SessionFilterParameters.Tag;

    /// <summary>The names of a list's filters.</summary>
    public static IEnumerable<string> Names(bool isEvals) => Known.Select(facet => facet.Name).Where(name => !isEvals || name != SessionFilterParameters.EvalReady);

    public static string LabelOf(string name) => Known.First(facet => facet.Name == name).Label;

    /// <summary>The filters of a list as they stand, without counting anything.</summary>
    public static IReadOnlyList<SessionFacetView> Closed(SessionAddress address) =>
    [
        .. Names(address.IsEvals).Select(name => new SessionFacetView(name, LabelOf(name), HrefOf(address, name), name switch
        {
            SessionFilterParameters.Status => Statuses(null, address.Filter),
            SessionFilterParameters.EvalReady => Readiness(null, address.Filter),
            _ => [.. ChosenOf(address.Filter, name).Select(value => ValueOf(name, value, null, isOn: true))],
        }, IsCounted: false)),
    ];

    public static async Task<IReadOnlyList<SessionFacetView>> AllAsync(SessionDirectory directory, SessionAddress address, CancellationToken cancellationToken)
    {
        var views = new List<SessionFacetView>(Known.Count);
        foreach (var name in Names(address.IsEvals))
        {
            views.Add((await OfAsync(directory, address, name, null, cancellationToken))!);
        }

        return views;
    }

    /// <summary>Counted among the sessions that the other filters leave; null for a name that is none.</summary>
    /// <param name="part">Only values that hold this text, and those that are on.</param>
    public static async Task<SessionFacetView?> OfAsync(SessionDirectory directory, SessionAddress address, string? name, string? part, CancellationToken cancellationToken)
    {
        if (name is null || !Names(address.IsEvals).Contains(name, StringComparer.Ordinal))
        {
            return null;
        }

        var filter = address.Filter;
        long? among = null;
        IReadOnlyList<SessionFacetValue> values = name switch
        {
            SessionFilterParameters.Status => Statuses(await directory.CountByStatusAsync(filter with { Statuses = [] }, cancellationToken), filter),
            SessionFilterParameters.EvalReady => Readiness(await directory.CountByStatusAsync(filter with { EvalReady = null }, cancellationToken), filter),
            _ => await ValuesAsync(Known.First(facet => facet.Name == name).Field!.Value),
        };
        return new SessionFacetView(name, LabelOf(name), HrefOf(address, name), values, IsCounted: true, among);

        async Task<IReadOnlyList<SessionFacetValue>> ValuesAsync(SessionFacet field)
        {
            var found = await directory.FacetAsync(field, Without(filter, name), string.IsNullOrWhiteSpace(part) ? null : part.Trim(), MostValues, cancellationToken);
            among = found.Among;
            var chosen = ChosenOf(filter, name);
            var on = chosen.Select(value => ValueOf(name, value, found.Items.FirstOrDefault(entry => entry.Value == value)?.Count ?? (part is null ? 0 : null), isOn: true));
            return [.. on, .. found.Items.Where(entry => !chosen.Contains(entry.Value)).Select(entry => ValueOf(name, entry.Value, entry.Count, isOn: false))];
        }
    }

    private static string HrefOf(SessionAddress address, string name) => $"{address.ListPath}?handler=facet&name={name}";

    private static IReadOnlyList<string> ChosenOf(SessionFilter filter, string name) => name switch
    {
        SessionFilterParameters.Project => filter.Projects,
        SessionFilterParameters.Source => filter.Sources,
        SessionFilterParameters.Author => filter.Authors,
        SessionFilterParameters.Model => filter.Models,
        _ => filter.Tags,
    };

    private static SessionFilter Without(SessionFilter filter, string name) => name switch
    {
        SessionFilterParameters.Project => filter with { Projects = [] },
        SessionFilterParameters.Source => filter with { Sources = [] },
        SessionFilterParameters.Author => filter with { Authors = [] },
        SessionFilterParameters.Model => filter with { Models = [] },
        _ => filter with { Tags = [] },
    };

    private static SessionFacetValue ValueOf(string name, string value, long? count, bool isOn) =>
        new(value, name == SessionFilterParameters.Source ? SourceNames.Of(value) : value, null, count, isOn);

    private static IReadOnlyList<SessionFacetValue> Statuses(SessionCounts? counts, SessionFilter filter) =>
        [.. EvalStatuses.All.Select(status => new SessionFacetValue(status.ToWire(), Display.Label(status), status, counts?.Of(status), filter.Statuses.Contains(status)))];

    private static IReadOnlyList<SessionFacetValue> Readiness(SessionCounts? counts, SessionFilter filter) =>
    [
        new("", "All", null, counts?.All, filter.EvalReady is null),
        new("true", "In Evals", null, counts?.EvalReady, filter.EvalReady == true),
        new("false", "Not in Evals", null, counts is null ? null : counts.All - counts.EvalReady, filter.EvalReady == false),
    ];
}

/// <summary>One value of a filter.</summary>
/// <param name="Count">Null where it was not counted.</param>
internal sealed record SessionFacetValue(string Value, string Text, EvalStatus? Status, long? Count, bool IsOn);
