using System.Buffers.Binary;
using System.IO.Compression;

namespace EvalMarket.Formats.Uploads;

/// <summary>Files packed with gzip (RFC 1952).</summary>
internal static class GzipFiles
{
    public static bool IsGzip(ReadOnlySpan<byte> head) => head is [0x1f, 0x8b, ..];

    /// <summary>The file as it is unpacked; its length stays that of the packed one.</summary>
    public static UploadedFile Unpacked(UploadedFile packed, UploadArchives archives)
    {
        // Read several times, counted once.
        long counted = 0;
        return packed with
        {
            OpenAsync = async cancellationToken =>
            {
                var content = await packed.OpenAsync(cancellationToken);
                return new Unpacking(content, packed.Length, archives.Bounds, total =>
                {
                    if (total > counted)
                    {
                        archives.Take(total - counted);
                        counted = total;
                    }
                });
            },
        };
    }

    private sealed class Unpacking(Stream packed, long packedLength, UploadBounds bounds, Action<long> took)
        : UnpackedStream(new GZipStream(packed, CompressionMode.Decompress), owner: null)
    {
        private const int TrailerBytes = 4;

        private readonly Stream packed = packed;
        private long total;

        protected override void Took(ReadOnlySpan<byte> bytes)
        {
            total += bytes.Length;
            took(total);
            if (total > ZipFiles.AlwaysUnpacked && total / Math.Max(packedLength, 1) >= bounds.Ratio)
            {
                throw new InvalidDataException(ZipFiles.Bomb(bounds));
            }
        }

        /// <summary>
        /// GZipStream takes a file that was cut off for one that has ended. The last four bytes are the length of the last member (section 2.3.1): a larger number than all that came out is none.
        /// </summary>
        protected override void Ended()
        {
            if (!packed.CanSeek || packed.Length < TrailerBytes || total > uint.MaxValue)
            {
                return;
            }

            Span<byte> trailer = stackalloc byte[TrailerBytes];
            packed.Seek(-TrailerBytes, SeekOrigin.End);
            packed.ReadExactly(trailer);
            if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) > total)
            {
                throw new InvalidDataException("The gzip file is cut off; what was missing could not be read.");
            }
        }
    }
}
