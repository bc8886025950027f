using System.Buffers;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Bundles;

/// <summary>A stream that remembers what was read of it until that is written elsewhere or dropped, by its places in the stream. Memory holds what the reader is ahead.</summary>
internal sealed class TrailingStream(Stream source) : ReadingStream
{
    private byte[] kept = ArrayPool<byte>.Shared.Rent(128 * 1024);

    /// <summary>Where in <see cref="kept"/> what is remembered begins, and how long it is.</summary>
    private int first;
    private int length;

    /// <summary>The place of its first byte in the stream.</summary>
    private long start;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        if (length + read > kept.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((length + read) * 2);
            kept.AsSpan(first, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(kept);
            (kept, first) = (larger, 0);
        }
        else if (first + length + read > kept.Length)
        {
            kept.AsSpan(first, length).CopyTo(kept);
            first = 0;
        }

        buffer.Span[..read].CopyTo(kept.AsSpan(first + length));
        length += read;
        return read;
    }

    /// <summary>Bytes that are remembered; none before what was written or dropped.</summary>
    public ReadOnlySpan<byte> Read(long from, long to)
    {
        var at = Math.Max(from, start);
        return kept.AsSpan(first + (int)(at - start), (int)Math.Max(0, to - at));
    }

    /// <summary>Writes what is remembered before a place.</summary>
    public async Task WriteAsync(Stream target, long to, CancellationToken cancellationToken)
    {
        if (to > start)
        {
            await target.WriteAsync(kept.AsMemory(first, (int)(to - start)), cancellationToken);
        }

        Drop(to);
    }

    /// <summary>Forgets what is remembered before a place.</summary>
    public void Drop(long to)
    {
        if (to <= start)
        {
            return;
        }

        var gone = (int)(to - start);
        (first, length, start) = (first + gone, length - gone, to);
    }

    /// <summary>Writes everything that is remembered and everything that was not read yet.</summary>
    public async Task WriteRestAsync(Stream target, CancellationToken cancellationToken)
    {
        await target.WriteAsync(kept.AsMemory(first, length), cancellationToken);
        Drop(start + length);
        await source.CopyToAsync(target, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && kept.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(kept);
            kept = [];
        }

        base.Dispose(disposing);
    }
}
