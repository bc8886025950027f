using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>The characters of a CSV file, with its encoding found from its first bytes. Holds one block of it.</summary>
internal sealed class CsvTextSource : IDisposable
{
    private const int BlockBytes = 64 * 1024;

    private readonly Stream stream;
    private readonly Decoder? decoder;
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int start;
    private int end;
    private long consumed;
    private bool streamEnded;

    private CsvTextSource(Stream stream, byte[] first, int length, CsvEncoding encoding, int mark)
    {
        this.stream = stream;
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = first;
        (start, end, consumed) = (mark, length, mark);
        Encoding = encoding;
        decoder = encoding switch
        {
            CsvEncoding.Utf8 or CsvEncoding.Utf8WithMark => new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder(),
            CsvEncoding.Windows1252 => CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetDecoder(),
            _ => null,
        };
    }

    public CsvEncoding Encoding { get; }

    /// <summary>Looks at the first block.</summary>
    /// <param name="chosen">The encoding that it is said to be in; null to find it.</param>
    /// <exception cref="InvalidDataException">The file is empty, or in no encoding that can be read; the message says so to people.</exception>
    public static async ValueTask<CsvTextSource> OpenAsync(Stream stream, CsvEncoding? chosen, CancellationToken cancellationToken)
    {
        var first = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            var length = await stream.ReadAtLeastAsync(first.AsMemory(0, BlockBytes), BlockBytes, throwOnEndOfStream: false, cancellationToken);
            var (encoding, mark) = chosen is { } said ? (said, MarkOf(said, first.AsSpan(0, length))) : Detect(first.AsSpan(0, length));
            return new CsvTextSource(stream, first, length, encoding, mark);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(first);
            throw;
        }
    }

    /// <summary>Fills <paramref name="target"/> (at least 2 characters); 0 at the end.</summary>
    /// <exception cref="InvalidDataException">Bytes that are no character.</exception>
    public async ValueTask<int> ReadAsync(Memory<char> target, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = decoder is null ? Copy(target.Span) : Decode(target.Span);
            if (read > 0 || (streamEnded && start == end))
            {
                return read;
            }

            bytes.AsSpan(start, end - start).CopyTo(bytes);
            (start, end) = (0, end - start);
            var added = await stream.ReadAsync(bytes.AsMemory(end), cancellationToken);
            end += added;
            if (added == 0)
            {
                streamEnded = true;
                End();
            }
        }
    }

    public void Dispose()
    {
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            bytes = [];
        }
    }

    /// <summary>Bytes of the mark that a file in this encoding begins with.</summary>
    private static int MarkOf(CsvEncoding encoding, ReadOnlySpan<byte> first) => encoding switch
    {
        CsvEncoding.Utf8 or CsvEncoding.Utf8WithMark when first.StartsWith("\uFEFF"u8) => 3,
        CsvEncoding.Utf16LittleEndian when first.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) => 2,
        CsvEncoding.Utf16BigEndian when first.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) => 2,
        _ => 0,
    };

    private static (CsvEncoding Encoding, int Mark) Detect(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith("\uFEFF"u8))
        {
            return (CsvEncoding.Utf8WithMark, 3);
        }

        if (first.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]) || first.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF]))
        {
            throw new InvalidDataException("The file is in UTF-32. Save it as UTF-8.");
        }

        if (first.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
        {
            return (CsvEncoding.Utf16LittleEndian, 2);
        }

        if (first.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return (CsvEncoding.Utf16BigEndian, 2);
        }

        if (first.StartsWith("PK\u0003\u0004"u8) || first.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
        {
            throw new InvalidDataException("The file is a workbook or an archive, not a CSV file. Save the sheet as CSV (UTF-8), or take the CSV file out of the archive.");
        }

        return (WithoutMark(first), 0);
    }

    /// <summary>UTF-16 without a mark: in a table with commas and line ends every second byte of many is zero.</summary>
    private static CsvEncoding WithoutMark(ReadOnlySpan<byte> first)
    {
        var (even, odd) = (0, 0);
        for (var i = 0; i + 1 < first.Length; i += 2)
        {
            even += first[i] == 0 ? 1 : 0;
            odd += first[i + 1] == 0 ? 1 : 0;
        }

        var many = first.Length / 2 / 4;
        return odd > many && odd > even * 4 ? CsvEncoding.Utf16LittleEndian : even > many && even > odd * 4 ? CsvEncoding.Utf16BigEndian : CsvEncoding.Utf8;
    }

    private int Decode(Span<char> target)
    {
        try
        {
            decoder!.Convert(bytes.AsSpan(start, end - start), target, flush: false, out var used, out var written, out _);
            start += used;
            consumed += used;
            return written;
        }
        catch (DecoderFallbackException exception)
        {
            throw NoCharacter(consumed + Math.Max(0, exception.Index));
        }
    }

    private int Copy(Span<char> target)
    {
        var count = Math.Min((end - start) / 2, target.Length);
        var source = bytes.AsSpan(start, count * 2);
        var isLittle = Encoding == CsvEncoding.Utf16LittleEndian;
        if (isLittle == BitConverter.IsLittleEndian)
        {
            source.CopyTo(MemoryMarshal.AsBytes(target[..count]));
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                target[i] = (char)(isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(source[(i * 2)..]) : BinaryPrimitives.ReadUInt16BigEndian(source[(i * 2)..]));
            }
        }

        start += count * 2;
        consumed += count * 2;
        return count;
    }

    private void End()
    {
        if (decoder is null)
        {
            if (end - start == 1)
            {
                throw new InvalidDataException("The file ends in the middle of a character: it has an odd number of bytes, which UTF-16 never has.");
            }

            return;
        }

        try
        {
            Span<char> rest = stackalloc char[4];
            decoder.Convert([], rest, flush: true, out _, out _, out _);
        }
        catch (DecoderFallbackException)
        {
            throw NoCharacter(consumed);
        }
    }

    private static InvalidDataException NoCharacter(long at) =>
        new($"The file is not in UTF-8 or UTF-16: byte {at + 1} is no character. Choose its encoding, or save it as UTF-8 (in Excel: \"CSV UTF-8\").");
}
