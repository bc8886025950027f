using EvalMarket.Core.Data;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Sessions;

/// <summary>Registers everything about sessions.</summary>
public static class SessionsRegistration
{
    public static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<SessionFiles>()
        .AddSingleton<SessionOutlines>()
        .AddSingleton<SessionFind>()
        .AddScoped<SessionWindows>()
        .AddScoped<SessionCommits>()
        .AddScoped<SessionImport>()
        .AddScoped<ImportStaging>()
        .AddScoped<ImportCheck>()
        .AddScoped<ImportDrafts>()
        .AddScoped<ImportCheckJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<ImportCheckJob>())
        .AddScoped<SessionImportJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<SessionImportJob>())
        .AddScoped<SessionBulkJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<SessionBulkJob>())
        .AddScoped<SessionDirectory>()
        .AddScoped<SessionStore>()
        .AddSingleton<SessionGlances>()
        .AddScoped<SessionLabels>()
        .AddScoped<LabelFolding>()
        .AddScoped<UploadCleaning>()
        .AddScoped<SessionDeletion>()
        .AddScoped<SessionExports>()
        .AddScoped<IIndexRebuilder, SessionRebuild>()
        .AddSingleton<IIntentRecovery, SessionRecovery>()
        .AddSingleton<IIntentRecovery, LabelRecovery>()
        .AddSingleton<IGarbageRoots, SessionGarbageRoots>();
}
