using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Uploads;

/// <summary>A stream of unpacked bytes that somebody counts. Read forwards only.</summary>
internal abstract class UnpackedStream(Stream content, IAsyncDisposable? owner) : ReadingStream
{
    private bool hasEnded;

    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = content.Read(buffer);
        }
        catch (EndOfStreamException exception)
        {
            throw CutOff(exception);
        }

        Count(buffer[..read], buffer.Length);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await content.ReadAsync(buffer, cancellationToken);
        }
        catch (EndOfStreamException exception)
        {
            throw CutOff(exception);
        }

        Count(buffer.Span[..read], buffer.Length);
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        if (owner is not null)
        {
            await owner.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    /// <summary>Some bytes came out.</summary>
    protected abstract void Took(ReadOnlySpan<byte> bytes);

    /// <summary>There are no more.</summary>
    protected abstract void Ended();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    private static InvalidDataException CutOff(Exception exception) => new("The file is cut off in its packed content.", exception);

    private void Count(ReadOnlySpan<byte> bytes, int wanted)
    {
        if (bytes.Length > 0)
        {
            Took(bytes);
        }
        else if (wanted > 0 && !hasEnded)
        {
            hasEnded = true;
            Ended();
        }
    }
}
