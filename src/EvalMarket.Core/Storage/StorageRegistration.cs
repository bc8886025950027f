using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Storage;

/// <summary>Registers what stands on a blob store; the store itself is the host's choice.</summary>
public static class StorageRegistration
{
    public static IServiceCollection AddStorage(this IServiceCollection services) => services
        .AddSingleton<IIntentGate, IntentGate>()
        .AddSingleton<IntentLog>()
        .AddSingleton<LabelLog>()
        .AddSingleton<Recovery>()
        .AddSingleton<GarbageCollector>();
}
