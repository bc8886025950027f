using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Packages;

/// <summary>
/// The files of a ZIP archive (PKWARE APPNOTE 6.3.10) that nobody is trusted to have made. An archive that two readers could take for different things is refused: directory and local headers
/// have to say the same, and entries, directory and end have to cover the file from its first byte to its last, each byte once.
/// </summary>
public sealed class ZipDirectory
{
    private const int EndBytes = 22;
    private const int WideEndBytes = 56;
    private const int LocatorBytes = 20;
    private const int HeaderBytes = 46;
    private const int LocalHeaderBytes = 30;

    /// <summary>Of a header in the directory: a name, extra fields and a comment may have 64 KB each, and honest ones have not.</summary>
    private const int MostHeaderBytes = 1024;

    private const ushort EncryptedFlags = 1 | (1 << 6) | (1 << 13);
    private const ushort DescriptorFlag = 1 << 3;
    private const ushort PatchFlag = 1 << 5;
    private const ushort Utf8Flag = 1 << 11;
    private const int UnixTypes = 0xF000;
    private const int UnixFile = 0x8000;
    private const int UnixFolder = 0x4000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream content;

    private ZipDirectory(Stream content, IReadOnlyList<ZipEntry> entries)
    {
        this.content = content;
        Entries = entries;
    }

    /// <summary>In the order of the directory; folders are left out.</summary>
    public IReadOnlyList<ZipEntry> Entries { get; }

    /// <summary>Reads and checks everything but the content of the files.</summary>
    /// <param name="content">Seekable; stays open and must, as long as files are read.</param>
    /// <param name="bounds">How far to go.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InvalidDataException">Why the archive is refused, in a sentence for whoever sent it.</exception>
    public static async Task<ZipDirectory> ReadAsync(Stream content, UploadBounds bounds, CancellationToken cancellationToken)
    {
        var end = await ZipEnd.ReadAsync(content, cancellationToken);
        if (end.Count > bounds.Entries)
        {
            throw Refused($"The archive has {end.Count:N0} entries; at most {bounds.Entries:N0} are taken.");
        }

        if (end.DirectoryBytes > Math.Max(1, end.Count) * MostHeaderBytes)
        {
            throw Refused($"The directory of the archive is larger than its entries need.");
        }

        var headers = new byte[end.DirectoryBytes];
        content.Seek(end.DirectoryStart, SeekOrigin.Begin);
        await content.ReadExactlyAsync(headers, cancellationToken);
        var listed = ParseHeaders(headers, end, bounds);
        CheckNames(listed);
        var entries = await CheckPlacesAsync(content, listed, end, cancellationToken);
        return new ZipDirectory(content, entries);
    }

    /// <summary>The content of a file, checked as it is read: not a byte more than its length, and at the end its length and checksum. One file at a time.</summary>
    public Stream Open(ZipEntry entry)
    {
        var packed = new ZipSliceStream(content, entry.Start, entry.PackedLength);
        return new ZipEntryStream(entry.IsDeflated ? new DeflateStream(packed, CompressionMode.Decompress) : packed, entry.Length, entry.Crc32, owner: null);
    }

    internal static InvalidDataException Refused(FormattableString reason) => new(FormattableString.Invariant(reason));

    private static InvalidDataException Refused(string name, string reason) => new($"{ZipFiles.Shown(name)}: {reason}");

    private static List<Header> ParseHeaders(byte[] directory, ZipEnd end, UploadBounds bounds)
    {
        var headers = new List<Header>((int)end.Count);
        long whole = 0;
        ReadOnlySpan<byte> rest = directory;
        for (var number = 0; number < end.Count; number++)
        {
            if (rest.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(rest) != 0x02014b50)
            {
                throw Refused($"The directory of the archive is damaged at entry {number + 1}.");
            }

            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]);
            var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[30..]);
            var length = HeaderBytes + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
            if (rest.Length < length)
            {
                throw Refused($"The directory of the archive is damaged at entry {number + 1}.");
            }

            var header = ParseHeader(rest[..length], nameLength, extraLength);
            if (header.Length > bounds.Bytes - whole)
            {
                throw Refused($"The archive unpacks to more than {bounds.Bytes:N0} bytes.");
            }

            whole += header.Length;
            if (header.Length > ZipFiles.AlwaysUnpacked && header.Length / Math.Max(header.PackedLength, 1) >= bounds.Ratio)
            {
                throw Refused(header.Name, FormattableString.Invariant($"it unpacks to more than {bounds.Ratio:N0} times its packed size."));
            }

            headers.Add(header);
            rest = rest[length..];
        }

        return rest.IsEmpty ? headers : throw Refused($"The directory of the archive has more entries than its end says.");
    }

    private static Header ParseHeader(ReadOnlySpan<byte> header, int nameLength, int extraLength)
    {
        var rawName = header.Slice(HeaderBytes, nameLength);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        var name = NameOf(rawName);
        if ((flags & EncryptedFlags) != 0)
        {
            throw Refused(name, "it is encrypted.");
        }

        var method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        if (method is not (0 or 8) || (flags & PatchFlag) != 0)
        {
            throw Refused(name, "it is packed in a way that is not taken; use deflate.");
        }

        long packed = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        long start = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        ZipExtra.Widen(header.Slice(HeaderBytes + nameLength, extraLength), ref length, ref packed, ref start);
        if (packed < 0 || length < 0 || start < 0 || BinaryPrimitives.ReadUInt16LittleEndian(header[34..]) != 0)
        {
            throw Refused(name, "its sizes are impossible.");
        }

        if (method == 0 && packed != length)
        {
            throw Refused(name, "its two sizes differ though it is not packed.");
        }

        // Only where the maker was Unix do the upper bits say a type (4.4.2).
        var type = (int)(BinaryPrimitives.ReadUInt32LittleEndian(header[38..]) >> 16) & UnixTypes;
        if (header[5] is 3 or 19 && type is not (0 or UnixFile or UnixFolder))
        {
            throw Refused(name, "it is a link or a device, not a file.");
        }

        return new Header(name, rawName.ToArray(), flags, method, BinaryPrimitives.ReadUInt32LittleEndian(header[16..]), packed, length, start);
    }

    private static string NameOf(ReadOnlySpan<byte> raw)
    {
        string name;
        try
        {
            // Many packers write UTF-8 without saying so.
            name = StrictUtf8.GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            throw Refused($"A name in the archive is not UTF-8. Pack it again with a tool that writes UTF-8 names.");
        }

        if (name.Contains('\\', StringComparison.Ordinal))
        {
            throw Refused(name, "its name has a backslash, which is a folder on one system and a letter on another.");
        }

        return ZipFiles.WhyUnsafe(name.EndsWith('/') ? name[..^1] : name) is { } reason ? throw new InvalidDataException($"{ZipFiles.Shown(name)}: {reason}") : name;
    }

    /// <summary>Names that are one file on some system are duplicates.</summary>
    private static void CheckNames(List<Header> headers)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var files = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in headers)
        {
            var name = header.Name.TrimEnd('/');
            if (!names.Add(name))
            {
                throw Refused(header.Name, "the archive has several entries of this name.");
            }

            if (!header.IsFolder)
            {
                files.Add(name);
            }
            else if (header.Length != 0)
            {
                throw Refused(header.Name, "a folder has content.");
            }
        }

        foreach (var header in headers)
        {
            for (var slash = header.Name.IndexOf('/', StringComparison.Ordinal); slash > 0 && slash < header.Name.Length - 1; slash = header.Name.IndexOf('/', slash + 1))
            {
                if (files.Contains(header.Name[..slash]))
                {
                    throw Refused(header.Name, "a file of the archive stands where a folder has to be.");
                }
            }
        }
    }

    /// <summary>Holds the local headers against the directory, and sees that entries lie one after the other from the first byte on, up to the directory.</summary>
    private static async Task<IReadOnlyList<ZipEntry>> CheckPlacesAsync(Stream content, List<Header> headers, ZipEnd end, CancellationToken cancellationToken)
    {
        var entries = new ZipEntry?[headers.Count];
        var buffer = new byte[LocalHeaderBytes + ushort.MaxValue + ushort.MaxValue];
        long position = 0;
        foreach (var index in Enumerable.Range(0, headers.Count).OrderBy(index => headers[index].Start))
        {
            var header = headers[index];
            if (header.Start != position)
            {
                throw header.Start < position
                    ? Refused(header.Name, "it lies over another entry of the archive.")
                    : Refused(header.Name, "there are bytes before it that belong to no entry.");
            }

            if (header.Start + LocalHeaderBytes > end.DirectoryStart)
            {
                throw Refused(header.Name, "it lies outside of the archive.");
            }

            content.Seek(header.Start, SeekOrigin.Begin);
            await content.ReadExactlyAsync(buffer.AsMemory(0, LocalHeaderBytes), cancellationToken);
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(26));
            var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(28));
            var start = header.Start + LocalHeaderBytes + nameLength + extraLength;
            if (start > end.DirectoryStart || header.PackedLength > end.DirectoryStart - start)
            {
                throw Refused(header.Name, "it is longer than the archive.");
            }

            await content.ReadExactlyAsync(buffer.AsMemory(LocalHeaderBytes, nameLength + extraLength), cancellationToken);
            var hasDescriptor = CheckLocalHeader(header, buffer.AsSpan(0, LocalHeaderBytes + nameLength + extraLength), nameLength);
            position = start + header.PackedLength;
            if (hasDescriptor)
            {
                content.Seek(position, SeekOrigin.Begin);
                var read = await content.ReadAtLeastAsync(buffer.AsMemory(0, ZipExtra.MostDescriptorBytes), ZipExtra.MostDescriptorBytes, throwOnEndOfStream: false, cancellationToken);
                position += ZipExtra.DescriptorLength(buffer.AsSpan(0, read), header.Crc32, header.PackedLength, header.Length)
                    ?? throw Refused(header.Name, "what follows it says otherwise than the directory.");
            }

            if (!header.IsFolder)
            {
                entries[index] = new ZipEntry(header.Name, header.Method == 8, header.Crc32, header.PackedLength, header.Length, start);
            }
        }

        return position == end.DirectoryStart ? [.. entries.OfType<ZipEntry>()] : throw Refused($"The archive has bytes before its directory that belong to no entry.");
    }

    /// <summary>Holds a local header against the directory; says whether a data descriptor follows the content.</summary>
    private static bool CheckLocalHeader(Header header, ReadOnlySpan<byte> local, int nameLength)
    {
        const ushort Telling = DescriptorFlag | EncryptedFlags | PatchFlag | Utf8Flag;
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(local[6..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(local) != 0x04034b50
            || (flags & Telling) != (header.Flags & Telling)
            || BinaryPrimitives.ReadUInt16LittleEndian(local[8..]) != header.Method
            || !local.Slice(LocalHeaderBytes, nameLength).SequenceEqual(header.RawName))
        {
            throw Refused(header.Name, "its own header says otherwise than the directory.");
        }

        var crc = BinaryPrimitives.ReadUInt32LittleEndian(local[14..]);
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(local[18..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(local[22..]);
        long none = 0;
        ZipExtra.Widen(local[(LocalHeaderBytes + nameLength)..], ref length, ref packed, ref none);
        var isSame = crc == header.Crc32 && packed == header.PackedLength && length == header.Length;
        var hasDescriptor = (flags & DescriptorFlag) != 0;
        // With a descriptor the header may leave all three open (4.4.4, bit 3).
        return isSame || (hasDescriptor && crc is 0 && packed is 0 && length is 0) || (hasDescriptor && crc == header.Crc32 && packed is 0 && length is 0)
            ? hasDescriptor
            : throw Refused(header.Name, "its own header says otherwise than the directory.");
    }

    private sealed record Header(string Name, byte[] RawName, ushort Flags, ushort Method, uint Crc32, long PackedLength, long Length, long Start)
    {
        public bool IsFolder => Name.EndsWith('/');
    }

    /// <summary>Where the directory is.</summary>
    private sealed record ZipEnd(long Count, long DirectoryStart, long DirectoryBytes)
    {
        public static async Task<ZipEnd> ReadAsync(Stream content, CancellationToken cancellationToken)
        {
            var tail = new byte[(int)Math.Min(content.Length, WideEndBytes + LocatorBytes + EndBytes + ushort.MaxValue)];
            content.Seek(-tail.Length, SeekOrigin.End);
            await content.ReadExactlyAsync(tail, cancellationToken);
            var at = FindEnd(tail);
            if (at < 0)
            {
                throw Refused($"This is not a ZIP archive, or it is cut off, or something follows it.");
            }

            var end = tail.AsSpan(at);
            var endStart = content.Length - tail.Length + at;
            var count = (long)BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
            var size = (long)BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
            var start = (long)BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end[4..]) != 0 || BinaryPrimitives.ReadUInt16LittleEndian(end[8..]) != count)
            {
                throw Refused($"The archive is a part of several.");
            }

            if (at >= LocatorBytes && BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at - LocatorBytes)) == 0x07064b50)
            {
                (endStart, count, size, start) = ReadWide(tail, at, endStart, count, size, start);
            }

            return size >= 0 && start >= 0 && count >= 0 && size <= endStart && start == endStart - size
                ? new ZipEnd(count, start, size)
                : throw Refused($"The archive is damaged, or something precedes it: its directory is not where its end says.");
        }

        /// <summary>The ZIP64 record right before its locator; what the short one can say it must say alike.</summary>
        private static (long EndStart, long Count, long Size, long Start) ReadWide(byte[] tail, int at, long endStart, long count, long size, long start)
        {
            var wideAt = at - LocatorBytes - WideEndBytes;
            if (wideAt < 0)
            {
                throw Refused($"The ZIP64 end of the archive is damaged.");
            }

            var wide = tail.AsSpan(wideAt);
            var wideStart = endStart - LocatorBytes - WideEndBytes;
            var wideCount = BinaryPrimitives.ReadInt64LittleEndian(wide[32..]);
            var wideSize = BinaryPrimitives.ReadInt64LittleEndian(wide[40..]);
            var wideOffset = BinaryPrimitives.ReadInt64LittleEndian(wide[48..]);
            var isConsistent = BinaryPrimitives.ReadUInt32LittleEndian(wide) == 0x06064b50
                && BinaryPrimitives.ReadInt64LittleEndian(wide[4..]) == WideEndBytes - 12
                && BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(at - LocatorBytes + 8)) == wideStart
                && BinaryPrimitives.ReadInt64LittleEndian(wide[24..]) == wideCount
                && (count == ushort.MaxValue || count == wideCount)
                && (size == uint.MaxValue || size == wideSize)
                && (start == uint.MaxValue || start == wideOffset);
            return isConsistent ? (wideStart, wideCount, wideSize, wideOffset) : throw Refused($"The ZIP64 end of the archive is damaged, or says otherwise than the short one.");
        }

        /// <summary>The record whose comment reaches exactly to the last byte.</summary>
        private static int FindEnd(ReadOnlySpan<byte> tail)
        {
            for (var at = tail.Length - EndBytes; at >= 0; at--)
            {
                if (BinaryPrimitives.ReadUInt32LittleEndian(tail[at..]) == 0x06054b50 && at + EndBytes + BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) == tail.Length)
                {
                    return at;
                }
            }

            return -1;
        }
    }
}
