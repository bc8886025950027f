using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Shared.Lists;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>The filters of a list of sessions.</summary>
internal static class SessionFacets
{
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

    /// <summary>The names of a list's filters.</summary>
    public static IEnumerable<string> Names(bool isEvals) => Known.Select(facet => facet.Name).Where(name => !isEvals || name != SessionFilterParameters.EvalReady);

    public static string LabelOf(string name) => Known.First(facet => facet.Name == name).Label;

    /// <summary>The filters of a list as they stand, without counting anything.</summary>
    public static IReadOnlyList<Facet> Closed(SessionAddress address) =>
    [
        .. Names(address.IsEvals).Select(name => Make(address, name, name switch
        {
            SessionFilterParameters.Status => Statuses(null, address.Filter),
            SessionFilterParameters.EvalReady => Readiness(null, address.Filter),
            _ => [.. ChosenOf(address.Filter, name).Select(value => ValueOf(name, value, null, isOn: true))],
        }, isCounted: false)),
    ];

    public static async Task<IReadOnlyList<Facet>> AllAsync(SessionDirectory directory, SessionAddress address, CancellationToken cancellationToken)
    {
        var views = new List<Facet>(Known.Count);
        foreach (var name in Names(address.IsEvals))
        {
            views.Add((await OfAsync(directory, address, name, null, cancellationToken))!);
        }

        return views;
    }

    /// <summary>Counted among the sessions that the other filters leave; null for a name that is none.</summary>
    /// <param name="part">Only values that hold this text, and those that are on.</param>
    public static async Task<Facet?> OfAsync(SessionDirectory directory, SessionAddress address, string? name, string? part, CancellationToken cancellationToken)
    {
        if (name is null || !Names(address.IsEvals).Contains(name, StringComparer.Ordinal))
        {
            return null;
        }

        var filter = address.Filter;
        long? among = null;
        IReadOnlyList<FacetChoice> values = name switch
        {
            SessionFilterParameters.Status => Statuses(await directory.CountByStatusAsync(filter with { Statuses = [] }, cancellationToken), filter),
            SessionFilterParameters.EvalReady => Readiness(await directory.CountByStatusAsync(filter with { EvalReady = null }, cancellationToken), filter),
            _ => await ValuesAsync(Known.First(facet => facet.Name == name).Field!.Value),
        };
        return Make(address, name, values, isCounted: true) with { Among = among, IsOfNewest = true };

        async Task<IReadOnlyList<FacetChoice>> ValuesAsync(SessionFacet field)
        {
            var found = await directory.FacetAsync(field, Without(filter, name), string.IsNullOrWhiteSpace(part) ? null : part.Trim(), Facet.MostValues, cancellationToken);
            among = found.Among;
            var chosen = ChosenOf(filter, name);
            var on = chosen.Select(value => ValueOf(name, value, found.Items.FirstOrDefault(entry => entry.Value == value)?.Count ?? (part is null ? 0 : null), isOn: true));
            return [.. on, .. found.Items.Where(entry => !chosen.Contains(entry.Value)).Select(entry => ValueOf(name, entry.Value, entry.Count, isOn: false))];
        }
    }

    private static Facet Make(SessionAddress address, string name, IReadOnlyList<FacetChoice> values, bool isCounted) => new(name, LabelOf(name), HrefOf(address, name), values, isCounted)
    {
        Noun = "session",
        IsSingle = name == SessionFilterParameters.EvalReady,
        IsClosedSet = name is SessionFilterParameters.EvalReady or SessionFilterParameters.Status,
        IsLong = name is SessionFilterParameters.Project or SessionFilterParameters.Author or SessionFilterParameters.Model or SessionFilterParameters.Tag,
    };

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

    private static FacetChoice ValueOf(string name, string value, long? count, bool isOn) =>
        new(value, name == SessionFilterParameters.Source ? SourceNames.Of(value) : value, null, count, isOn);

    private static IReadOnlyList<FacetChoice> Statuses(SessionCounts? counts, SessionFilter filter) =>
        [.. EvalStatuses.All.Select(status => new FacetChoice(status.ToWire(), Display.Label(status), status, counts?.Of(status), filter.Statuses.Contains(status)))];

    private static IReadOnlyList<FacetChoice> Readiness(SessionCounts? counts, SessionFilter filter) =>
    [
        new("", "All", null, counts?.All, filter.EvalReady is null),
        new("true", "In Evals", null, counts?.EvalReady, filter.EvalReady == true),
        new("false", "Not in Evals", null, counts is null ? null : counts.All - counts.EvalReady, filter.EvalReady == false),
    ];
}
