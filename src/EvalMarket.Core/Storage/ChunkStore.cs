using System.Buffers;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Core.Storage;

/// <summary>Chunks in a store: <c>w/{workspace}/chunks/{first two digits}/{sha256}.jsonl.gz</c>.</summary>
public sealed class ChunkStore(IBlobStore store)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Where a chunk lies.</summary>
    /// <exception cref="FormatException">The workspace or the hash is none.</exception>
    public static BlobPath PathOf(string workspace, string sha256) =>
        IsSha256(sha256)
            ? BlobPath.Parse($"w/{workspace}/chunks/{sha256[..2]}/{sha256}.jsonl.gz")
            : throw new FormatException($"'{sha256}' is not a SHA-256 in 64 lower-case hex digits.");

    /// <summary>The blob to put for a chunk. It is skipped when it is there: an unchanged chunk costs nothing.</summary>
    public static BlobContent ToBlob(string workspace, EncodedChunk chunk) => new(PathOf(workspace, chunk.Ref.Sha256), chunk.File, SkipIfPresent: true);

    /// <summary>The lines of a chunk in order, without line ends, in flat memory. A line is good until the next one is asked for.</summary>
    /// <exception cref="StorageException"><see cref="StorageFailure.Missing"/>, or <see cref="StorageFailure.Corrupt"/> when the file or its text is not what the reference says:
    /// known for sure only at the end, so that a caller who stops early has lines that were not checked.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLinesAsync(string workspace, ChunkRef chunk, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = PathOf(workspace, chunk.Sha256);
        await using var file = await store.OpenReadAsync(path, cancellationToken) ?? throw Missing(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var observed = new ObservedStream(file, hash.AppendData);
        await using var text = new GZipStream(observed, CompressionMode.Decompress);

        var bytes = 0L;
        var crc = 0u;
        var lines = 0;
        await using var reader = LineReader.ReadAsync(text, Observe, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(reader, path))
        {
            lines++;
            yield return reader.Current;
        }

        // The name first. Not the gzip trailer: GZipStream takes a file that was cut off for one that has ended.
        await observed.CopyToAsync(Stream.Null, cancellationToken);
        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (sha256 != chunk.Sha256)
            throw Corrupt(path, $"its SHA-256 is {sha256}");
        if (bytes != chunk.Bytes || crc != chunk.Crc32 || lines != chunk.Lines)
            throw Corrupt(path, $"it has {lines} lines, {bytes} bytes, CRC-32 {crc:x8} instead of {chunk.Lines} lines, {chunk.Bytes} bytes, CRC-32 {chunk.Crc32:x8}");

        void Observe(ReadOnlySpan<byte> part)
        {
            bytes += part.Length;
            // At once, and not at the end: a file put in this place could inflate to anything.
            if (bytes > chunk.Bytes)
                throw Corrupt(path, $"it has more than {chunk.Bytes} bytes of text");
            crc = Crc32.Append(crc, part);
        }
    }

    /// <summary>One line of a chunk, the first being 0, after checking the whole chunk; null when it has no such line.</summary>
    /// <exception cref="StorageException">Missing or corrupt, as above.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadLineAsync(string workspace, ChunkRef chunk, int line, CancellationToken cancellationToken)
    {
        byte[]? found = null;
        var number = 0;
        await foreach (var current in ReadLinesAsync(workspace, chunk, cancellationToken))
        {
            if (number++ == line)
                found = current.ToArray();
        }

        // With the cast: a bare null would become a null array and that an empty line.
        return found is null ? (ReadOnlyMemory<byte>?)null : found;
    }

    /// <summary>
    /// Some lines of a chunk, without line ends. The file is read as far as that takes and not checked: for those who have the hashes of lines and hold them against what they get.
    /// </summary>
    /// <param name="workspace">Whose chunk.</param>
    /// <param name="chunk">Which.</param>
    /// <param name="lines">Their numbers from 0, in order.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The lines in order; fewer where the file is damaged or missing.</returns>
    public async Task<IReadOnlyList<byte[]>> PickLinesAsync(string workspace, ChunkRef chunk, IReadOnlyList<int> lines, CancellationToken cancellationToken)
    {
        var found = new List<byte[]>(lines.Count);
        if (await store.ReadAsync(PathOf(workspace, chunk.Sha256), cancellationToken) is not { } file)
            return found;
        var buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            using var text = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
            using var line = new MemoryStream();
            var number = 0;
            int read;
            while (found.Count < lines.Count && (read = text.Read(buffer)) > 0)
            {
                ReadOnlySpan<byte> rest = buffer.AsSpan(0, read);
                while (found.Count < lines.Count && !rest.IsEmpty)
                {
                    var end = rest.IndexOf((byte)'\n');
                    var isWanted = number == lines[found.Count];
                    if (isWanted)
                        line.Write(end < 0 ? rest : rest[..end]);
                    if (end < 0)
                        break;
                    if (isWanted)
                    {
                        found.Add(line.ToArray());
                        line.SetLength(0);
                    }

                    number++;
                    rest = rest[(end + 1)..];
                }

                if (line.Length > chunk.Bytes)
                    break;
            }
        }
        catch (InvalidDataException)
        {
            // Damaged: whoever misses a line reads the whole chunk, and is told.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return found;
    }

    /// <summary>The whole text of a chunk, line ends included.</summary>
    /// <exception cref="StorageException">Missing or corrupt, as above.</exception>
    public async Task<byte[]> ReadTextAsync(string workspace, ChunkRef chunk, CancellationToken cancellationToken)
    {
        var text = new byte[chunk.Bytes];
        var length = 0;
        await foreach (var line in ReadLinesAsync(workspace, chunk, cancellationToken))
        {
            line.Span.CopyTo(text.AsSpan(length));
            length += line.Length;
            // The last line of a damaged file may have no end; the check that follows it reports that.
            if (length < text.Length)
                text[length++] = (byte)'\n';
        }

        return text;
    }

    internal static bool IsSha256(ReadOnlySpan<char> text) => text.Length == 64 && !text.ContainsAnyExcept(HexDigits);

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> reader, BlobPath path)
    {
        try
        {
            return await reader.MoveNextAsync();
        }
        catch (InvalidDataException e)
        {
            throw Corrupt(path, e.Message, e);
        }
    }

    private static StorageException Missing(BlobPath path) =>
        new(StorageFailure.Missing, $"The chunk {path} is not in the store. Restore it from a backup.");

    private static StorageException Corrupt(BlobPath path, string how, Exception? inner = null) =>
        new(StorageFailure.Corrupt, $"The chunk {path} is damaged: {how}. Restore it from a backup.", inner);
}
