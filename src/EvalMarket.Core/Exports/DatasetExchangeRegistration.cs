using EvalMarket.Core.Datasets.Csv;
using EvalMarket.Core.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Exports;

/// <summary>Registers exports, and the exchange of datasets with spreadsheets and other tools.</summary>
public static class DatasetExchangeRegistration
{
    public static IServiceCollection AddDatasetExchange(this IServiceCollection services) => services
        .AddSingleton<ChunkSurveys>()
        .AddScoped<DatasetExports>()
        .AddScoped<ExportPreparation>()
        .AddScoped<ExportLog>()
        .AddScoped<ExportDirectory>()
        .AddScoped<ExportRequests>()
        .AddScoped<ExportCleaning>()
        .AddScoped<ExportJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<ExportJob>())
        .AddScoped<CsvImport>()
        .AddScoped<CsvImportJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<CsvImportJob>())
        .AddScoped<CsvDrafts>();
}
