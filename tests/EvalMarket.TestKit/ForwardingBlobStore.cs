using EvalMarket.Core.Storage;

namespace EvalMarket.TestKit;

/// <summary>A store that does what another one does; tests override what is to go otherwise.</summary>
public abstract class ForwardingBlobStore(IBlobStore inner) : IBlobStore
{
    public virtual Task PutAsync(IReadOnlyCollection<BlobContent> blobs, CancellationToken cancellationToken) => inner.PutAsync(blobs, cancellationToken);

    public virtual Task<long> PutAsync(BlobPath path, Stream content, long? maxBytes, CancellationToken cancellationToken) => inner.PutAsync(path, content, maxBytes, cancellationToken);

    public virtual ValueTask<Stream?> OpenReadAsync(BlobPath path, CancellationToken cancellationToken) => inner.OpenReadAsync(path, cancellationToken);

    public IBlobSlices OpenSlices() => inner.OpenSlices();

    public ValueTask<byte[]?> ReadAsync(BlobPath path, CancellationToken cancellationToken) => inner.ReadAsync(path, cancellationToken);

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(BlobPath folder, CancellationToken cancellationToken) => inner.ListFoldersAsync(folder, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<BlobPath> paths, CancellationToken cancellationToken) => inner.DeleteAsync(paths, cancellationToken);

    public Task ProbeAsync(CancellationToken cancellationToken) => inner.ProbeAsync(cancellationToken);
}
