using EvalMarket.Core.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Pages.Shared.Lists;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>The filters of a list of items that are on.</summary>
internal static class ItemChips
{
    public static IReadOnlyList<FilterChip> Of(ExplorerModel list) =>
        [.. list.Address.Pairs.Select(pair => new FilterChip(NameOf(pair.Key), TextOf(list, pair.Key, pair.Value), list.Address.Without(pair.Key, pair.Value)))];

    private static string NameOf(string parameter) => parameter switch
    {
        DatasetAddress.SectionParameter => "Section",
        DatasetAddress.QueryParameterName => "Words",
        _ => ItemFilters.LabelOf(parameter),
    };

    private static string TextOf(ExplorerModel list, string parameter, string value) => parameter switch
    {
        DatasetAddress.SectionParameter => TypeId.TryParse<SectionId>(value, out var id) ? list.NameOf(id) : value,
        DatasetAddress.OriginParameter => ItemOrigins.TryParse(value, out var origin) ? OriginWords.Of(origin) : value,
        DatasetAddress.LinkedParameter or DatasetAddress.OutputParameter => value == "true" ? "yes" : "no",
        _ => value,
    };
}
