using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EvalMarket.Core.Storage;

/// <summary>
/// Immutable JSON documents in the folder of a thing: <c>{folder}/{version}-{hash}.json</c>, the hash being the first 12 hex digits of the SHA-256 of the bytes.
/// The (version, hash) of the thing's row in the database says which one counts; a document that no row names is the litter of a crash.
/// </summary>
public sealed class DocumentStore(IBlobStore store)
{
    public const int HashLength = 12;

    /// <summary>Where a document lies.</summary>
    /// <param name="folder"><c>w/acme/sessions/ses_…</c> for example.</param>
    /// <param name="version">1 or more.</param>
    /// <param name="hash">12 lower-case hex digits.</param>
    public static BlobPath PathOf(BlobPath folder, int version, string hash) => folder / $"{version}-{hash}.json";

    /// <summary>The hash that names a document.</summary>
    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..HashLength];

    /// <summary>Makes the document of a version, ready to be put together with whatever else the change writes.</summary>
    public static Document Make(BlobPath folder, int version, ReadOnlyMemory<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        var hash = HashOf(bytes.Span);
        return new Document(version, hash, new BlobContent(PathOf(folder, version, hash), bytes));
    }

    /// <inheritdoc cref="Make(BlobPath, int, ReadOnlyMemory{byte})"/>
    public static Document Make<T>(BlobPath folder, int version, T value, JsonTypeInfo<T> type) =>
        Make(folder, version, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>Reads a document and checks it against its hash; null when it is not there.</summary>
    /// <exception cref="StorageException"><see cref="StorageFailure.Corrupt"/>.</exception>
    public async Task<byte[]?> ReadAsync(BlobPath folder, int version, string hash, CancellationToken cancellationToken)
    {
        var path = PathOf(folder, version, hash);
        var bytes = await store.ReadAsync(path, cancellationToken);
        return bytes is null || HashOf(bytes) == hash
            ? bytes
            : throw new StorageException(StorageFailure.Corrupt, $"The document {path} is damaged: its hash is {HashOf(bytes)}. Restore it from a backup.");
    }

    /// <summary>Reads a document as what it was made of; null when it is not there.</summary>
    /// <exception cref="StorageException"><see cref="StorageFailure.Corrupt"/>.</exception>
    public async Task<T?> ReadAsync<T>(BlobPath folder, int version, string hash, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var bytes = await ReadAsync(folder, version, hash, cancellationToken);
        try
        {
            return bytes is null ? null : JsonSerializer.Deserialize(bytes, type);
        }
        catch (JsonException e)
        {
            throw new StorageException(StorageFailure.Corrupt, $"The document {PathOf(folder, version, hash)} is not what this version of the app writes: {e.Message}", e);
        }
    }

    /// <summary>The documents directly in a folder, the oldest version first. A version that a crash interrupted may be there more than once, with different hashes.</summary>
    public async Task<IReadOnlyList<DocumentVersion>> ListAsync(BlobPath folder, CancellationToken cancellationToken)
    {
        var versions = new List<DocumentVersion>();
        await foreach (var blob in store.ListAsync($"{folder}/", cancellationToken))
        {
            if (TryParseName(blob.Path.Value.AsSpan(folder.Value.Length + 1), out var version, out var hash))
                versions.Add(new DocumentVersion(blob.Path, version, hash, blob.Length, blob.LastWritten));
        }

        return [.. versions.OrderBy(version => version.Version).ThenBy(version => version.Hash, StringComparer.Ordinal)];
    }

    private static bool TryParseName(ReadOnlySpan<char> name, out int version, out string hash)
    {
        hash = "";
        version = 0;
        var dash = name.IndexOf('-');
        if (dash < 1 || !name.EndsWith(".json") || !int.TryParse(name[..dash], out version))
            return false;
        hash = name[(dash + 1)..^".json".Length].ToString();
        return hash.Length == HashLength && hash.All(char.IsAsciiHexDigitLower);
    }
}

/// <summary>A document to be written.</summary>
/// <param name="Version">For the row.</param>
/// <param name="Hash">For the row.</param>
/// <param name="Blob">To put.</param>
public sealed record Document(int Version, string Hash, BlobContent Blob);

/// <summary>A document that is there.</summary>
public sealed record DocumentVersion(BlobPath Path, int Version, string Hash, long Length, DateTimeOffset LastWritten);
