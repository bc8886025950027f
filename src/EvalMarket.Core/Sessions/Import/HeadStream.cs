using EvalMarket.Formats.Streams;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>A stream whose beginning has been looked at: it gives the beginning again, then the rest.</summary>
public sealed class HeadStream : ReadingStream
{
    private const int FirstBytes = 128 * 1024;

    private readonly Stream rest;
    private int position;

    private HeadStream(ReadOnlyMemory<byte> head, bool isWhole, Stream rest)
    {
        Head = head;
        IsWhole = isWhole;
        this.rest = rest;
    }

    public ReadOnlyMemory<byte> Head { get; }

    /// <summary>The head is everything.</summary>
    public bool IsWhole { get; }

    /// <summary>Reads up to <paramref name="length"/> bytes ahead, and one more to know whether that was all.</summary>
    public static async Task<HeadStream> ReadAsync(Stream stream, int length, CancellationToken cancellationToken)
    {
        var head = new byte[Math.Min(length + 1, FirstBytes)];
        var filled = 0;
        while (true)
        {
            var read = await stream.ReadAtLeastAsync(head.AsMemory(filled), head.Length - filled, throwOnEndOfStream: false, cancellationToken);
            filled += read;
            if (filled < head.Length || head.Length == length + 1)
            {
                return new HeadStream(head.AsMemory(0, filled), filled <= length, stream);
            }

            Array.Resize(ref head, (int)Math.Min(length + 1L, head.Length * 2L));
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position == Head.Length)
        {
            return rest.ReadAsync(buffer, cancellationToken);
        }

        var count = Math.Min(buffer.Length, Head.Length - position);
        Head.Slice(position, count).CopyTo(buffer);
        position += count;
        return ValueTask.FromResult(count);
    }
}
