using System.Buffers;
using System.Security.Cryptography;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Market;

/// <summary>Looks at files that are kept as they were sent.</summary>
internal static class StoredFiles
{
    /// <summary>Length and hash; null when it is not there.</summary>
    public static async Task<StoredBundleFile?> MeasureAsync(IBlobStore blobs, BlobPath path, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenReadAsync(path, cancellationToken);
        if (content is null)
            return null;

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        var length = 0L;
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new StoredBundleFile(length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
