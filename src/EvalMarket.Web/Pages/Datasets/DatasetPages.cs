using EvalMarket.Web.Pages.Datasets.Explorer;
using EvalMarket.Web.Pages.Datasets.Items;

namespace EvalMarket.Web.Pages.Datasets;

/// <summary>Registers what the pages of datasets share.</summary>
internal static class DatasetPages
{
    public static IServiceCollection AddDatasetPages(this IServiceCollection services) =>
        services.AddScoped<DatasetAccess>().AddScoped<ItemLists>().AddScoped<OpenItems>().AddScoped<ItemFiles>();
}
