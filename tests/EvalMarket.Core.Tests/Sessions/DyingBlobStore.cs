using EvalMarket.Core.Storage;
using EvalMarket.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Tests.Sessions;

/// <summary>A store under which the process dies when the nth write to a folder is to be made.</summary>
internal sealed class DyingBlobStore(IBlobStore inner, DyingBlobStore.Fate fate) : ForwardingBlobStore(inner)
{
    /// <summary>Takes the place of the store that is registered.</summary>
    public static void Register(IServiceCollection services, Fate fate)
    {
        var before = services.Last(service => service.ServiceType == typeof(IBlobStore));
        services.AddSingleton<IBlobStore>(provider => new DyingBlobStore((IBlobStore)before.ImplementationFactory!(provider), fate));
    }

    public override Task PutAsync(IReadOnlyCollection<BlobContent> blobs, CancellationToken cancellationToken)
    {
        if (blobs.Any(blob => blob.Path.Value.Contains(fate.Folder, StringComparison.Ordinal)) && --fate.Batches < 0)
            throw new TimeoutException("The process has died.");
        return base.PutAsync(blobs, cancellationToken);
    }

    /// <summary>How many batches the process lives for.</summary>
    internal sealed class Fate
    {
        /// <summary>Which writes count.</summary>
        public string Folder { get; init; } = "/sessions/";

        public int Batches { get; set; } = int.MaxValue;
    }
}
