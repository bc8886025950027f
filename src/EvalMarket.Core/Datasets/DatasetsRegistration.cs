using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Cloning;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Links;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Datasets;

/// <summary>Registers everything about datasets.</summary>
public static class DatasetsRegistration
{
    public static IServiceCollection AddDatasets(this IServiceCollection services) => services
        .AddSingleton<DatasetFiles>()
        .AddSingleton<DatasetLayouts>()
        .AddSingleton<VersionMemory>()
        .AddScoped<DatasetDirectory>()
        .AddScoped<DatasetVersions>()
        .AddScoped<ItemDirectory>()
        .AddScoped<ItemStore>()
        .AddScoped<VersionItems>()
        .AddScoped<DatasetCommits>()
        .AddScoped<DatasetMarking>()
        .AddScoped<DatasetEditing>()
        .AddScoped<BulkStages>()
        .AddScoped<ItemWriting>()
        .AddScoped<SessionCloning>()
        .AddScoped<DatasetCloneJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<DatasetCloneJob>())
        .AddScoped<ItemEditing>()
        .AddScoped<ItemImportJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<ItemImportJob>())
        .AddScoped<DatasetDiffs>()
        .AddScoped<DatasetRestoring>()
        .AddScoped<PublicLinks>()
        .AddScoped<DatasetUpkeep>()
        .AddScoped<IIndexRebuilder, DatasetRebuild>()
        .AddSingleton<IIntentRecovery, DatasetRecovery>()
        .AddSingleton<IGarbageRoots, DatasetGarbageRoots>();
}
