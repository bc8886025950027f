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
        .AddScoped<SessionCommits>()
        .AddScoped<SessionImport>()
        .AddScoped<SessionImportJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<SessionImportJob>())
        .AddScoped<SessionBulkJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<SessionBulkJob>())
        .AddScoped<SessionDirectory>()
        .AddScoped<SessionStore>()
        .AddScoped<SessionLabels>()
        .AddScoped<LabelIndex>()
        .AddScoped<LabelHistory>()
        .AddScoped<SessionStatistics>()
        .AddScoped<LabelFolding>()
        .AddScoped<UploadCleaning>()
        .AddScoped<SessionDeletion>()
        .AddScoped<SessionExports>()
        .AddScoped<IIndexRebuilder, SessionRebuild>()
        .AddSingleton<IIntentRecovery, SessionRecovery>()
        .AddSingleton<IIntentRecovery, LabelRecovery>()
        .AddSingleton<IGarbageRoots, SessionGarbageRoots>();
}
