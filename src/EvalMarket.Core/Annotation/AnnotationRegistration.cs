using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Annotation;

/// <summary>Registers everything about annotation queues. After the sessions: their rows are rebuilt first.</summary>
public static class AnnotationRegistration
{
    public static IServiceCollection AddAnnotation(this IServiceCollection services) => services
        .AddScoped<QueueWriter>()
        .AddScoped<QueueIndex>()
        .AddScoped<QueueSettingsCheck>()
        .AddScoped<QueueChanges>()
        .AddScoped<QueueImport>()
        .AddScoped<QueueImportJob>()
        .AddScoped<IJobHandler>(provider => provider.GetRequiredService<QueueImportJob>())
        .AddScoped<QueueReservations>()
        .AddScoped<QueueReviews>()
        .AddScoped<QueueDirectory>()
        .AddScoped<QueueAgreement>()
        .AddScoped<QueueExports>()
        .AddScoped<QueueFolding>()
        .AddScoped<IIndexRebuilder, QueueRebuild>()
        .AddSingleton<IIntentRecovery, QueueRecovery>();
}
