using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Uploads;

/// <summary>
/// The content of a file in an archive, held against what the archive says of it: not a byte more than its length, and at the end the length and the checksum (ISO 3309, APPNOTE 4.4.7). ZipArchive checks neither.
/// </summary>
internal sealed class ZipEntryStream(Stream content, long length, uint crc, IAsyncDisposable? owner) : UnpackedStream(content, owner)
{
    private long read;
    private uint checksum;

    protected override void Took(ReadOnlySpan<byte> bytes)
    {
        read += bytes.Length;
        if (read > length)
        {
            throw new InvalidDataException("This file of the archive is longer than the archive says; it was not read any further.");
        }

        checksum = Crc32.Append(checksum, bytes);
    }

    protected override void Ended()
    {
        if (read != length || checksum != crc)
        {
            throw new InvalidDataException("This file of the archive is damaged: its content is not what the archive says.");
        }
    }
}
