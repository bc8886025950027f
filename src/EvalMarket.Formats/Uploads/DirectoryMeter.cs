using System.Globalization;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Uploads;

/// <summary>
/// A ZIP archive while its directory is read, which ZipArchive holds in memory whole: a directory of a gigabyte must not come that far, and the number of entries that the archive states is
/// only a claim.
/// </summary>
internal sealed class DirectoryMeter(Stream content, int entries) : ReadingStream
{
    /// <summary>The end of the directory is searched for in the last 64 KB; the header of an entry has 46 bytes, a name, and rarely more than a hundred others (APPNOTE 4.3.12).</summary>
    private readonly long most = (256 * 1024) + (entries * 512L);

    private long read;

    /// <summary>From here on everything may be read.</summary>
    public bool IsListed { get; set; }

    /// <summary>What was wrong, if something was.</summary>
    public string? Problem { get; private set; }

    public override bool CanSeek => true;

    public override long Length => content.Length;

    public override long Position
    {
        get => content.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Notes that the archive is too large, and gives the exception to throw.</summary>
    public InvalidDataException TooMany()
    {
        Problem = string.Create(CultureInfo.InvariantCulture, $"The archive has more than {entries:N0} entries. Send it in parts.");
        return new InvalidDataException(Problem);
    }

    public override int Read(Span<byte> buffer) => Count(content.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await content.ReadAsync(buffer, cancellationToken));

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = offset + origin switch
        {
            SeekOrigin.Current => content.Position,
            SeekOrigin.End => content.Length,
            _ => 0,
        };
        return target < 0 ? throw new InvalidDataException("The archive points to before its beginning.") : content.Seek(target, SeekOrigin.Begin);
    }

    public override async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int bytes)
    {
        read += bytes;
        if (!IsListed && read > most)
        {
            throw TooMany();
        }

        return bytes;
    }
}
