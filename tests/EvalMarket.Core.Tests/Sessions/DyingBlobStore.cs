using EvalMarket.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Tests.Sessions;

/// <summary>A store under which the process dies when the nth write to a folder is to be made.</summary>
internal sealed class DyingBlobStore(IBlobStore inner, DyingBlobStore.Fate fate) : IBlobStore
{
    /// <summary>Takes the place of the store that is registered.</summary>
    public static void Register(IServiceCollection services, Fate fate)
    {
        var before = services.Last(service => service.ServiceType == typeof(IBlobStore));
        services.AddSingleton<IBlobStore>(provider => new DyingBlobStore((IBlobStore)before.ImplementationFactory!(provider), fate));
    }

    public Task PutAsync(IReadOnlyCollection<BlobContent> blobs, CancellationToken cancellationToken)
    {
        if (blobs.Any(blob => blob.Path.Value.Contains(fate.Folder, StringComparison.Ordinal)) && --fate.Batches < 0)
            throw new TimeoutException("The process has died.");
        return inner.PutAsync(blobs, cancellationToken);
    }

    public Task<long> PutAsync(BlobPath path, Stream content, long? maxBytes, CancellationToken cancellationToken) => inner.PutAsync(path, content, maxBytes, cancellationToken);

    public ValueTask<Stream?> OpenReadAsync(BlobPath path, CancellationToken cancellationToken) => inner.OpenReadAsync(path, cancellationToken);

    public ValueTask<byte[]?> ReadAsync(BlobPath path, CancellationToken cancellationToken) => inner.ReadAsync(path, cancellationToken);

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(BlobPath folder, CancellationToken cancellationToken) => inner.ListFoldersAsync(folder, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<BlobPath> paths, CancellationToken cancellationToken) => inner.DeleteAsync(paths, cancellationToken);

    public Task ProbeAsync(CancellationToken cancellationToken) => inner.ProbeAsync(cancellationToken);

    /// <summary>How many batches the process lives for.</summary>
    internal sealed class Fate
    {
        /// <summary>Which writes count.</summary>
        public string Folder { get; init; } = "/sessions/";

        public int Batches { get; set; } = int.MaxValue;
    }
}
