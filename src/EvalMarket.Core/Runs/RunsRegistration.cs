using EvalMarket.Core.Assets;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Packages;
using EvalMarket.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Runs;

/// <summary>Registers everything about runs, files of items and packages.</summary>
public static class RunsRegistration
{
    public static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddSingleton<RunFiles>()
        .AddScoped<RunUploads>()
        .AddScoped<RunUpdates>()
        .AddScoped<IVersionHold, RunVersionHold>()
        .AddScoped<RunDirectory>()
        .AddScoped<RunItems>()
        .AddScoped<RunComparisons>()
        .AddScoped<RunUploadJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<RunUploadJob>())
        .AddSingleton<IIntentRecovery, RunRecovery>()
        .AddSingleton<IGarbageRoots, RunGarbageRoots>()
        .AddScoped<IIndexRebuilder, RunIndex>()
        .AddScoped<AssetStore>()
        .AddScoped<AssetGarbage>()
        .AddScoped<IIndexRebuilder, AssetRebuild>()
        .AddScoped<PackageExports>()
        .AddScoped<PackageUploads>()
        .AddScoped<PackageUploadJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<PackageUploadJob>());
}
