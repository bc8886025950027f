namespace EvalMarket.Formats.Tests;

/// <summary>A stream of pieces that are made up as they are read, and that remembers how much was asked of it at once.</summary>
internal sealed class MadeUpStream(IEnumerable<byte[]> pieces) : Stream
{
    private readonly IEnumerator<byte[]> rest = pieces.GetEnumerator();
    private ReadOnlyMemory<byte> now;

    /// <summary>Most bytes that one read gives, as on a slow network.</summary>
    public int Piece { get; init; } = int.MaxValue;

    public int LargestBuffer { get; private set; }

    public long Given { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        rest.Dispose();
        base.Dispose(disposing);
    }
}
