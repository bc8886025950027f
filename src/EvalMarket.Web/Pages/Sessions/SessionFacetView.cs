using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>A filter with its values, their numbers, and which of them are on.</summary>
/// <param name="Name">The parameter's name in the address.</param>
/// <param name="Href">Gives the values afresh.</param>
internal sealed record SessionFacetView(string Name, string Label, string Href, IReadOnlyList<SessionFacetValue> Values)
{
    private const int MostValues = 50;

    private static readonly IReadOnlyList<(string Name, string Label)> Known =
    [
        (SessionFilterParameters.Status, "Label"),
        (SessionFilterParameters.Project, "Project"),
        (SessionFilterParameters.Source, "Source"),
        (SessionFilterParameters.Author, "Author"),
        (SessionFilterParameters.Model, "Model"),
        (SessionFilterParameters.Tag, "Tag"),
    ];

    public int OnCount => Values.Count(value => value.IsOn);

    public static async Task<IReadOnlyList<SessionFacetView>> AllAsync(SessionDirectory directory, SessionAddress address, CancellationToken cancellationToken)
    {
        var views = new List<SessionFacetView>(Known.Count);
        foreach (var (name, _) in Known)
        {
            views.Add((await OfAsync(directory, address, name, cancellationToken))!);
        }

        return views;
    }

    /// <summary>Counted among the sessions that the other filters leave; null for a name that is none.</summary>
    public static async Task<SessionFacetView?> OfAsync(SessionDirectory directory, SessionAddress address, string? name, CancellationToken cancellationToken)
    {
        if (Known.FirstOrDefault(facet => facet.Name == name) is not { Name: { } known, Label: var label })
        {
            return null;
        }

        var filter = address.Filter;
        IReadOnlyList<SessionFacetValue> values = known switch
        {
            SessionFilterParameters.Status => Statuses(await directory.CountByStatusAsync(filter with { Statuses = [] }, cancellationToken), filter),
            SessionFilterParameters.Project => await ValuesAsync(SessionFacet.Project, filter with { Projects = [] }, filter.Projects),
            SessionFilterParameters.Source => await ValuesAsync(SessionFacet.Source, filter with { Sources = [] }, filter.Sources),
            SessionFilterParameters.Author => await ValuesAsync(SessionFacet.Author, filter with { Authors = [] }, filter.Authors),
            SessionFilterParameters.Model => await ValuesAsync(SessionFacet.Model, filter with { Models = [] }, filter.Models),
            _ => await ValuesAsync(SessionFacet.Tag, filter with { Tags = [] }, filter.Tags),
        };
        return new SessionFacetView(known, label, $"{address.ListPath}?handler=facet&name={known}", values);

        async Task<IReadOnlyList<SessionFacetValue>> ValuesAsync(SessionFacet facet, SessionFilter others, IReadOnlyList<string> chosen)
        {
            var found = await directory.FacetAsync(facet, others, MostValues, cancellationToken);
            var missing = chosen.Where(value => !found.Any(entry => entry.Value == value)).Select(value => new FacetValue(value, 0));
            return [.. found.Concat(missing).Select(entry => new SessionFacetValue(
                entry.Value, facet == SessionFacet.Source ? SourceNames.Of(entry.Value) : entry.Value, null, entry.Count, chosen.Contains(entry.Value)))];
        }
    }

    private static IReadOnlyList<SessionFacetValue> Statuses(SessionCounts counts, SessionFilter filter) =>
        [.. EvalStatuses.All.Select(status => new SessionFacetValue(status.ToWire(), Display.Label(status), status, counts.Of(status), filter.Statuses.Contains(status)))];
}

/// <summary>One value of a filter.</summary>
internal sealed record SessionFacetValue(string Value, string Text, EvalStatus? Status, long Count, bool IsOn);
