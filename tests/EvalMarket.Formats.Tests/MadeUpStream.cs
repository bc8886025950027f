using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Tests;

/// <summary>A stream of pieces that are made up as they are read, and that remembers how much was asked of it at once.</summary>
internal sealed class MadeUpStream(IEnumerable<byte[]> pieces) : ReadingStream
{
    private readonly IEnumerator<byte[]> rest = pieces.GetEnumerator();
    private ReadOnlyMemory<byte> now;

    /// <summary>Most bytes that one read gives, as on a slow network.</summary>
    public int Piece { get; init; } = int.MaxValue;

    public int LargestBuffer { get; private set; }

    public long Given { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        LargestBuffer = Math.Max(LargestBuffer, buffer.Length);
        while (now.IsEmpty)
        {
            if (!rest.MoveNext())
            {
                return 0;
            }

            now = rest.Current;
        }

        var length = Math.Min(Math.Min(buffer.Length, now.Length), Piece);
        now.Span[..length].CopyTo(buffer);
        now = now[length..];
        Given += length;
        return length;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    protected override void Dispose(bool disposing)
    {
        rest.Dispose();
        base.Dispose(disposing);
    }
}
