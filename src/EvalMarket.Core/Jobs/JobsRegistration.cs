using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Jobs;

/// <summary>Registers the queue and its worker; handlers are registered by their subjects.</summary>
public static class JobsRegistration
{
    public static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<JobSignal>()
        .AddScoped<JobQueue>()
        .AddHostedService<JobWorker>();
}
