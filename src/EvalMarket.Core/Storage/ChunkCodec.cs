using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Core.Storage;

/// <summary>
/// Writes the file of a chunk: an ordinary gzip file (RFC 1952), whose deflate stream ends on a byte boundary before its empty final block, so that the bodies of
/// several chunks, laid end to end and closed with <see cref="FinalBlock"/>, are one valid deflate stream of all their texts.
/// </summary>
/// <remarks>
/// <code>
/// header         10 bytes   1f 8b 08 00  00 00 00 00  00 ff     no name, no time, no operating system: the same text gives the same file
/// body           deflated_bytes                                 ends with a sync flush (00 00 ff ff)
/// final block     2 bytes   03 00
/// CRC-32, length  8 bytes   of the text, little-endian
/// </code>
/// Level 6. Another build of zlib may choose another body for a text; the reference's <c>text_sha256</c> tells that the texts are equal.
/// </remarks>
public static class ChunkCodec
{
    public const int HeaderLength = 10;

    /// <summary>What a file has after its body: the final block and the gzip trailer.</summary>
    public const int TrailerLength = 10;

    private const int CompressionLevel = 6;

    /// <summary>The empty final block that closes a deflate stream: BFINAL, fixed codes, end of block (RFC 1951, section 3.2.3).</summary>
    public static ReadOnlySpan<byte> FinalBlock => [0x03, 0x00];

    /// <summary>The gzip file of no text, for which <see cref="GZipStream"/> would write nothing at all.</summary>
    internal static ReadOnlyMemory<byte> EmptyFile { get; } = (byte[])[.. Header, .. FinalBlock, 0, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> Header => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

    private static ReadOnlySpan<byte> SyncFlush => [0x00, 0x00, 0xff, 0xff];

    /// <summary>Makes one chunk of lines.</summary>
    /// <param name="lines">Each without its line end. At least one.</param>
    /// <exception cref="ArgumentException">There is no line, or one has a line feed within.</exception>
    public static EncodedChunk Encode(IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        var all = lines as IReadOnlyCollection<ReadOnlyMemory<byte>> ?? [.. lines];
        var length = all.Sum(line => line.Length + 1);
        // Pooled, as is what it is deflated into: buffers of this length, thousands for an import, would make the garbage collector work more than all else.
        var text = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var end = 0;
            foreach (var line in all)
            {
                if (line.Span.Contains((byte)'\n'))
                    throw new ArgumentException("A line of a chunk has a line feed within.", nameof(lines));
                line.Span.CopyTo(text.AsSpan(end));
                end += line.Length;
                text[end++] = (byte)'\n';
            }

            return Encode(text.AsSpan(0, end), all.Count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    /// <summary>The length of the file that a reference names.</summary>
    public static long FileLength(ChunkRef chunk) => HeaderLength + chunk.DeflatedBytes + TrailerLength;

    internal static void AppendLine(IBufferWriter<byte> text, ReadOnlySpan<byte> line)
    {
        if (line.Contains((byte)'\n'))
            throw new ArgumentException("A line of a chunk has a line feed within.", nameof(line));
        var span = text.GetSpan(line.Length + 1);
        line.CopyTo(span);
        span[line.Length] = (byte)'\n';
        text.Advance(line.Length + 1);
    }

    /// <summary>Makes one chunk of a text that is known to be <paramref name="lines"/> lines, each with its end.</summary>
    internal static EncodedChunk Encode(ReadOnlySpan<byte> text, int lines)
    {
        if (text.IsEmpty)
            throw new ArgumentException("A chunk has at least one line.", nameof(text));

        // Room for what cannot be deflated: at worst nine bits a byte.
        var buffer = ArrayPool<byte>.Shared.Rent(HeaderLength + TrailerLength + text.Length + (text.Length / 8) + 1_024);
        try
        {
            return Encode(text, lines, buffer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static EncodedChunk Encode(ReadOnlySpan<byte> text, int lines, byte[] buffer)
    {
        using var file = new MemoryStream(buffer);
        file.SetLength(0);
        file.Write(Header);
        // In one piece: where a text is cut between writes may change how it is deflated.
        using (var deflate = new DeflateStream(file, new ZLibCompressionOptions { CompressionLevel = CompressionLevel }, leaveOpen: true))
        {
            deflate.Write(text);
            deflate.Flush();
        }

        var bodyEnd = (int)file.Length - FinalBlock.Length;
        var written = buffer.AsSpan(0, (int)file.Length);
        if (!written.EndsWith(FinalBlock) || !written[..bodyEnd].EndsWith(SyncFlush))
            throw new InvalidOperationException("This build of zlib does not end a flushed stream with an empty final block on a byte boundary; packages cannot be spliced from its chunks.");

        var crc = Crc32.Append(0, text);
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)text.Length);
        file.Write(trailer);

        var bytes = file.ToArray();
        return new EncodedChunk(
            new ChunkRef
            {
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
                TextSha256 = Convert.ToHexStringLower(SHA256.HashData(text)),
                Lines = lines,
                Bytes = text.Length,
                DeflatedBytes = bodyEnd - HeaderLength,
                Crc32 = crc,
            },
            bytes);
    }
}
