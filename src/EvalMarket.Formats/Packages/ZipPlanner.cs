using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Packages;

/// <summary>
/// Plans a ZIP archive (PKWARE APPNOTE 6.3.10) whose entries are put together from what is deflated already. Local headers have the exact lengths and checksums, so there are no data descriptors and readers can stream;
/// ZIP64 fields stand only where a size, an offset or the count asks for them. The same entries and time give the same bytes.
/// </summary>
public sealed class ZipPlanner
{
    private const ushort Stored = 0;
    private const ushort Deflated = 8;

    /// <summary>Names are UTF-8 (4.4.4, bit 11).</summary>
    private const ushort Flags = 1 << 11;

    /// <summary>4.4.3: 2.0 for deflate, 4.5 for ZIP64.</summary>
    private const ushort Version = 20;

    private const ushort Zip64Version = 45;

    /// <summary>4.4.2: Unix, so that the attributes below count.</summary>
    private const ushort MadeBy = 3 << 8;

    /// <summary>A regular file that its owner may write and all may read.</summary>
    private const uint Attributes = 0x81A4u << 16;

    private const uint NoRoom = uint.MaxValue;
    private const int LocalHeaderBytes = 30;
    private const int DirectoryHeaderBytes = 46;

    private readonly uint time;
    private readonly List<PackageSegment> segments = [];
    private readonly ArrayBufferWriter<byte> directory = new();
    private readonly ArrayBufferWriter<byte> pending = new();
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private long offset;

    /// <summary>Begins an archive.</summary>
    /// <param name="at">The time of every entry, in UTC; to two seconds, from 1980 to 2107 (4.4.6).</param>
    public ZipPlanner(DateTimeOffset at)
    {
        time = DosTime(at.UtcDateTime);
    }

    /// <summary>The empty final block that closes a deflate stream: BFINAL, fixed codes, end of block (RFC 1951, section 3.2.3).</summary>
    private static ReadOnlySpan<byte> FinalBlock => [0x03, 0x00];

    /// <summary>Adds an entry that holds bytes as they are.</summary>
    public void Add(string name, ReadOnlyMemory<byte> bytes)
    {
        Begin(name, Stored, Crc32.Append(0, bytes.Span), bytes.Length, bytes.Length);
        AddSegment(PackageSegment.Of(bytes));
    }

    /// <summary>Adds an entry that is a blob as it is.</summary>
    public void Add(string name, string blob, long length, uint crc)
    {
        Begin(name, Stored, crc, length, length);
        AddSegment(PackageSegment.Of(blob, 0, length));
    }

    /// <summary>Adds an entry whose text is that of pieces, one after the other.</summary>
    public void Add(string name, IReadOnlyList<DeflatedBody> bodies)
    {
        long bytes = 0;
        long deflated = 0;
        uint crc = 0;
        foreach (var body in bodies)
        {
            bytes += body.Bytes;
            deflated += body.DeflatedBytes;
            crc = Crc32Combination.Combine(crc, body.Crc32, body.Bytes);
        }

        if (bytes == 0)
        {
            Begin(name, Stored, 0, 0, 0);
            return;
        }

        Begin(name, Deflated, crc, deflated + FinalBlock.Length, bytes);
        foreach (var body in bodies)
        {
            AddSegment(PackageSegment.Of(body.Blob, body.Offset, body.DeflatedBytes));
        }

        pending.Write(FinalBlock);
        offset += FinalBlock.Length;
    }

    /// <summary>Adds the directory; nothing can be added after it.</summary>
    public PackagePlan Finish()
    {
        var start = offset;
        var size = (long)directory.WrittenCount;
        pending.Write(directory.WrittenSpan);
        WriteEnd(start, size);
        FlushPending();
        return new PackagePlan(segments);
    }

    private static uint DosTime(DateTime at)
    {
        if (at.Year < 1980)
        {
            return (1 << 21) | (1 << 16);
        }

        return at.Year > 2107
            ? (127u << 25) | (12u << 21) | (31u << 16) | (23u << 11) | (59u << 5) | 29u
            : ((uint)(at.Year - 1980) << 25) | ((uint)at.Month << 21) | ((uint)at.Day << 16) | ((uint)at.Hour << 11) | ((uint)at.Minute << 5) | ((uint)at.Second / 2);
    }

    private static Span<byte> Take(ArrayBufferWriter<byte> writer, int length)
    {
        var span = writer.GetSpan(length)[..length];
        span.Clear();
        writer.Advance(length);
        return span;
    }

    /// <summary>Writes the local header, and the entry's place in the directory.</summary>
    private void Begin(string name, ushort method, uint crc, long packed, long length)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        if (bytes.Length is 0 or > ushort.MaxValue || !names.Add(name))
        {
            throw new ArgumentException($"'{name}' is no name for an entry, or stands for one already.", nameof(name));
        }

        WriteDirectoryHeader(bytes, method, crc, packed, length);
        var isLong = packed >= NoRoom || length >= NoRoom;
        var extra = isLong ? 20 : 0;
        var header = Take(pending, LocalHeaderBytes + bytes.Length + extra);
        offset += header.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034b50);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], isLong ? Zip64Version : Version);
        WriteCommon(header[6..], method, crc, isLong ? NoRoom : (uint)packed, isLong ? NoRoom : (uint)length, bytes.Length, extra);
        bytes.CopyTo(header[LocalHeaderBytes..]);
        if (isLong)
        {
            // Both sizes, whichever needs it (4.5.3).
            var field = header[(LocalHeaderBytes + bytes.Length)..];
            BinaryPrimitives.WriteUInt16LittleEndian(field, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(field[2..], 16);
            BinaryPrimitives.WriteInt64LittleEndian(field[4..], length);
            BinaryPrimitives.WriteInt64LittleEndian(field[12..], packed);
        }
    }

    private void WriteDirectoryHeader(byte[] name, ushort method, uint crc, long packed, long length)
    {
        Span<long> wide = stackalloc long[3];
        var count = 0;
        foreach (var value in (ReadOnlySpan<long>)[length, packed, offset])
        {
            if (value >= NoRoom)
            {
                wide[count++] = value;
            }
        }

        var extra = count == 0 ? 0 : 4 + (8 * count);
        var header = Take(directory, DirectoryHeaderBytes + name.Length + extra);
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x02014b50);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], MadeBy | Zip64Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], count > 0 ? Zip64Version : Version);
        WriteCommon(header[8..], method, crc, (uint)Math.Min(packed, NoRoom), (uint)Math.Min(length, NoRoom), name.Length, extra);
        BinaryPrimitives.WriteUInt32LittleEndian(header[38..], Attributes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[42..], (uint)Math.Min(offset, NoRoom));
        name.CopyTo(header[DirectoryHeaderBytes..]);
        if (count > 0)
        {
            // Only those that have no room above, in this order (4.5.3).
            var field = header[(DirectoryHeaderBytes + name.Length)..];
            BinaryPrimitives.WriteUInt16LittleEndian(field, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(field[2..], (ushort)(8 * count));
            for (var index = 0; index < count; index++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(field[(4 + (8 * index))..], wide[index]);
            }
        }
    }

    /// <summary>What both headers have in the same order, from the flags on.</summary>
    private void WriteCommon(Span<byte> header, ushort method, uint crc, uint packed, uint length, int name, int extra)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(header, Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], method);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], time);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], packed);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], (ushort)name);
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], (ushort)extra);
    }

    private void WriteEnd(long start, long size)
    {
        var count = names.Count;
        if (count >= ushort.MaxValue || start >= NoRoom || size >= NoRoom)
        {
            // 4.3.14, and 4.3.15 that says where it is.
            var wide = Take(pending, 56 + 20);
            BinaryPrimitives.WriteUInt32LittleEndian(wide, 0x06064b50);
            BinaryPrimitives.WriteInt64LittleEndian(wide[4..], 44);
            BinaryPrimitives.WriteUInt16LittleEndian(wide[12..], MadeBy | Zip64Version);
            BinaryPrimitives.WriteUInt16LittleEndian(wide[14..], Zip64Version);
            BinaryPrimitives.WriteInt64LittleEndian(wide[24..], count);
            BinaryPrimitives.WriteInt64LittleEndian(wide[32..], count);
            BinaryPrimitives.WriteInt64LittleEndian(wide[40..], size);
            BinaryPrimitives.WriteInt64LittleEndian(wide[48..], start);
            BinaryPrimitives.WriteUInt32LittleEndian(wide[56..], 0x07064b50);
            BinaryPrimitives.WriteInt64LittleEndian(wide[64..], start + size);
            BinaryPrimitives.WriteUInt32LittleEndian(wide[72..], 1);
        }

        var end = Take(pending, 22);
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], (ushort)Math.Min(count, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], (ushort)Math.Min(count, ushort.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], (uint)Math.Min(size, NoRoom));
        BinaryPrimitives.WriteUInt32LittleEndian(end[16..], (uint)Math.Min(start, NoRoom));
    }

    private void AddSegment(PackageSegment segment)
    {
        if (segment.Length == 0)
        {
            return;
        }

        FlushPending();
        segments.Add(segment);
        offset += segment.Length;
    }

    /// <summary>Headers that stand together are one segment.</summary>
    private void FlushPending()
    {
        if (pending.WrittenCount > 0)
        {
            segments.Add(PackageSegment.Of(pending.WrittenSpan.ToArray()));
            pending.ResetWrittenCount();
        }
    }
}
