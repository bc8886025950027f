using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Packages;

/// <summary>A stretch of a seekable stream, read forwards. Leaves the stream open; only one slice of it can be read at a time.</summary>
internal sealed class ZipSliceStream(Stream content, long start, long length) : ReadingStream
{
    private long left = length;
    private bool isPlaced;

    public override int Read(Span<byte> buffer)
    {
        Place();
        return Took(content.Read(buffer[..(int)Math.Min(buffer.Length, left)]), buffer.Length);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Place();
        return Took(await content.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken), buffer.Length);
    }

    private void Place()
    {
        if (!isPlaced)
        {
            content.Seek(start, SeekOrigin.Begin);
            isPlaced = true;
        }
    }

    private int Took(int read, int wanted)
    {
        if (read == 0 && left > 0 && wanted > 0)
        {
            throw new InvalidDataException("The archive is cut off.");
        }

        left -= read;
        return read;
    }
}
