using EvalMarket.Formats.Streams;

namespace EvalMarket.Core.Storage;

/// <summary>Passes on what is read from a stream, and shows every byte of it, once and in order: for checksums of a file while something else inflates it.</summary>
internal sealed class ObservedStream(Stream source, Action<ReadOnlySpan<byte>> observe) : ReadingStream
{
    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(buffer);
        observe(buffer[..read]);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        observe(buffer.Span[..read]);
        return read;
    }
}
