namespace EvalMarket.Core.Storage;

/// <summary>Reads slices of many blobs, one after the other, for one reader: what an export copies. Keeps the last blob open.</summary>
public interface IBlobSlices : IAsyncDisposable
{
    /// <summary>Fills <paramref name="target"/> with the bytes of a blob from <paramref name="offset"/> on.</summary>
    /// <exception cref="StorageException"><see cref="StorageFailure.Missing"/>, or <see cref="StorageFailure.Corrupt"/> when the blob ends before.</exception>
    ValueTask ReadAsync(BlobPath path, long offset, Memory<byte> target, CancellationToken cancellationToken);
}
