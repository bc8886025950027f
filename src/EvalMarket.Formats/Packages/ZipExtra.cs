using System.Buffers.Binary;

namespace EvalMarket.Formats.Packages;

/// <summary>What stands beside the fixed fields of an entry: sizes beyond 4 GB, and the record behind its content.</summary>
internal static class ZipExtra
{
    /// <summary>With its signature and 8-byte sizes.</summary>
    public const int MostDescriptorBytes = 24;

    /// <summary>Takes the fields that had no room from the ZIP64 extra field (APPNOTE 4.5.3). In a local header both sizes stand there, whichever needs it.</summary>
    /// <exception cref="InvalidDataException">A field that had no room is not there.</exception>
    public static void Widen(ReadOnlySpan<byte> extra, ref long length, ref long packed, ref long start)
    {
        var wanted = length == uint.MaxValue || packed == uint.MaxValue || start == uint.MaxValue;
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
            {
                break;
            }

            if (id == 1 && wanted)
            {
                var field = extra.Slice(4, size);
                length = Take(ref field, length);
                packed = Take(ref field, packed);
                start = Take(ref field, start);
                return;
            }

            extra = extra[(4 + size)..];
        }
    }

    /// <summary>How long the data descriptor is that says the given (4.3.9): with or without signature, sizes of 4 or 8 bytes; null when none does.</summary>
    public static int? DescriptorLength(ReadOnlySpan<byte> bytes, uint crc, long packed, long length)
    {
        foreach (var (hasSignature, isWide) in ((bool, bool)[])[(true, false), (true, true), (false, false), (false, true)])
        {
            var offset = hasSignature ? 4 : 0;
            var size = offset + 4 + (isWide ? 16 : 8);
            if (bytes.Length >= size
                && (!hasSignature || BinaryPrimitives.ReadUInt32LittleEndian(bytes) == 0x08074b50)
                && BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]) == crc
                && Size(bytes[(offset + 4)..], isWide) == packed
                && Size(bytes[(offset + (isWide ? 12 : 8))..], isWide) == length)
            {
                return size;
            }
        }

        return null;
    }

    private static long Take(ref ReadOnlySpan<byte> field, long value)
    {
        if (value != uint.MaxValue)
        {
            return value;
        }

        if (field.Length < 8)
        {
            throw new InvalidDataException("The archive is damaged: a size beyond 4 GB is missing.");
        }

        value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
        return value;
    }

    private static long Size(ReadOnlySpan<byte> bytes, bool isWide) => isWide ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
