namespace EvalMarket.Core.Storage;

/// <summary>
/// The port to wherever files are kept: put, get, list, delete. Every promise made here has a test in <c>BlobStoreContract</c> that every adapter runs.
/// </summary>
/// <remarks>
/// Every method throws <see cref="StorageException"/> for what the storage could not do, saying which <see cref="StorageFailure"/> it was, and
/// <see cref="OperationCanceledException"/> when cancelled; a write that threw has acknowledged nothing.
/// Folders exist only through the blobs in them.
/// </remarks>
public interface IBlobStore
{
    /// <summary>Writes all the blobs. When it returns every one of them, and every folder on the way to it, survives a power failure.</summary>
    /// <remarks>
    /// When it throws, any of them may be there or not; one that is there is whole. No two blobs of one call may have the same path.
    /// </remarks>
    /// <exception cref="StorageException">Nothing is acknowledged.</exception>
    Task PutAsync(IReadOnlyCollection<BlobContent> blobs, CancellationToken cancellationToken);

    /// <summary>Writes one blob of any size in flat memory, as durable as the other overload.</summary>
    /// <param name="path">Where it goes; what stood there is replaced in one step.</param>
    /// <param name="content">Read from where it stands to its end. What it throws comes through as it is, and nothing is left behind.</param>
    /// <param name="maxBytes">More than this is refused with <see cref="StorageFailure.TooLarge"/>, having read no more than one buffer further.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <returns>The number of bytes written.</returns>
    Task<long> PutAsync(BlobPath path, Stream content, long? maxBytes, CancellationToken cancellationToken);

    /// <summary>Opens a blob for reading from its start; null when there is none. The stream stays readable when the blob is replaced or deleted meanwhile.</summary>
    ValueTask<Stream?> OpenReadAsync(BlobPath path, CancellationToken cancellationToken);

    /// <summary>Opens a reader of slices, for one reader at a time. A blob that is replaced meanwhile may be read in its old state.</summary>
    IBlobSlices OpenSlices();

    /// <summary>Reads a small blob whole; null when there is none.</summary>
    ValueTask<byte[]?> ReadAsync(BlobPath path, CancellationToken cancellationToken);

    /// <summary>Every blob whose path begins with <paramref name="prefix"/> (empty for all), at any depth, in no promised order.
    /// A blob that is written or deleted during the listing may be in it or not; all others are in it exactly once.</summary>
    IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>The names of the folders directly within <paramref name="folder"/>, in no promised order; none when it is not there.</summary>
    IAsyncEnumerable<string> ListFoldersAsync(BlobPath folder, CancellationToken cancellationToken);

    /// <summary>Deletes blobs; those that are not there are fine. When it returns the deletion is durable, and folders that became empty are gone.</summary>
    Task DeleteAsync(IReadOnlyCollection<BlobPath> paths, CancellationToken cancellationToken);

    /// <summary>Writes a small blob, reads it back and deletes it: for <c>/health/ready</c>.</summary>
    /// <exception cref="StorageException">The storage does not work, and why.</exception>
    Task ProbeAsync(CancellationToken cancellationToken);
}
