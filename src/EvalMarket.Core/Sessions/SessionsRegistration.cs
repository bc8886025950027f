using EvalMarket.Core.Data;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
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
        .AddSingleton<SessionCountMemory>()
        .AddSingleton<SessionFactMemory>()
        .AddScoped<SessionDirectory>()
        .AddScoped<SessionSnippets>()
        .AddScoped<SessionStore>()
        .AddScoped<SessionGlances>()
        .AddScoped<SessionQueue>()
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
