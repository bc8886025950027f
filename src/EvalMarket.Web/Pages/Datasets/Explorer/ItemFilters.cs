using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Web.Pages.Shared.Lists;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>The filters of a list of items, beside its sections.</summary>
internal static class ItemFilters
{
    private static readonly IReadOnlyList<(string Name, string Label)> Known =
    [
        (DatasetAddress.TagParameter, "Tag"),
        (DatasetAddress.OriginParameter, "Source"),
        (DatasetAddress.LinkedParameter, "Linked"),
        (DatasetAddress.OutputParameter, "Has AI response"),
    ];

    public static IEnumerable<string> Names => Known.Select(known => known.Name);

    public static string LabelOf(string name) => Known.First(known => known.Name == name).Label;

    /// <summary>The filters as they stand, without counting anything.</summary>
    public static IReadOnlyList<Facet> Closed(DatasetAddress address) => [.. Names.Select(name => Make(address, name, null, null))];

    /// <summary>Counted among the items that the other filters leave; null for a name that is none.</summary>
    /// <param name="part">Only values that hold this text, and those that are on.</param>
    public static async Task<Facet?> OfAsync(ItemLists lists, DatasetAddress address, string? name, string? part, CancellationToken cancellationToken)
    {
        if (name is null || !Names.Contains(name))
        {
            return null;
        }

        var filter = address.Filter;
        var others = name switch
        {
            DatasetAddress.TagParameter => filter with { Tags = [] },
            DatasetAddress.OriginParameter => filter with { Origins = [] },
            DatasetAddress.LinkedParameter => filter with { Linked = null },
            _ => filter with { HasOutput = null },
        };
        return Make(address, name, await lists.FacetsAsync(address, others, cancellationToken), part);
    }

    public static async Task<IReadOnlyList<Facet>> AllAsync(ItemLists lists, DatasetAddress address, CancellationToken cancellationToken)
    {
        var facets = new List<Facet>(Known.Count);
        foreach (var name in Names)
        {
            facets.Add((await OfAsync(lists, address, name, null, cancellationToken))!);
        }

        return facets;
    }

    private static Facet Make(DatasetAddress address, string name, ItemFacets? counts, string? part)
    {
        var values = name switch
        {
            DatasetAddress.TagParameter => Tags(address, counts, part),
            DatasetAddress.OriginParameter => [.. ItemOrigins.All.Select(origin => new FacetChoice(origin.ToWire(), OriginWords.Of(origin), null, counts?.Origins.GetValueOrDefault(origin), address.Origins.Contains(origin)))],
            DatasetAddress.LinkedParameter => YesOrNo(address.IsLinked, counts, counts?.Linked),
            _ => YesOrNo(address.HasOutput, counts, counts?.WithOutput),
        };
        var isTag = name == DatasetAddress.TagParameter;
        return new Facet(name, LabelOf(name), address.Facet(name), values, IsCounted: counts is not null)
        {
            Noun = "item",
            IsSingle = name is DatasetAddress.LinkedParameter or DatasetAddress.OutputParameter,
            IsLong = isTag,
            IsClosedSet = !isTag,
            Among = counts is { IsPart: true } ? counts.Total : null,
        };
    }

    private static IReadOnlyList<FacetChoice> Tags(DatasetAddress address, ItemFacets? counts, string? part)
    {
        var counted = (counts?.Tags ?? []).ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
        var on = address.Tags.Select(tag => new FacetChoice(tag, tag, null, counts is null ? null : counted.GetValueOrDefault(tag), IsOn: true));
        var others = counted.Where(tag => !address.Tags.Contains(tag.Key) && (part is null || tag.Key.Contains(part.Trim(), StringComparison.OrdinalIgnoreCase)))
            .OrderByDescending(tag => tag.Value).ThenBy(tag => tag.Key, StringComparer.Ordinal).Take(Facet.MostValues);
        return [.. on, .. others.Select(tag => new FacetChoice(tag.Key, tag.Key, null, tag.Value, IsOn: false))];
    }

    private static IReadOnlyList<FacetChoice> YesOrNo(bool? chosen, ItemFacets? counts, long? yes) =>
    [
        new("", "All", null, counts?.Total, chosen is null),
        new("true", "Yes", null, yes, chosen == true),
        new("false", "No", null, counts?.Total - yes, chosen == false),
    ];
}
