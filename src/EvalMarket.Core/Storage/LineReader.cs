using System.Buffers;
using System.Runtime.CompilerServices;

namespace EvalMarket.Core.Storage;

/// <summary>Cuts a stream of text into its lines, in a pooled buffer that grows to the longest line and no further.</summary>
internal static class LineReader
{
    private const int BufferLength = 64 * 1024;

    /// <summary>Each line without its <c>\n</c>; good until the next one is asked for. Text after the last <c>\n</c> is a line too.</summary>
    /// <param name="stream">The text.</param>
    /// <param name="observe">Sees every byte of the text once, in order, before the lines that it is part of: for checksums and limits.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Stream stream, Action<ReadOnlySpan<byte>> observe, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var filled = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0)
            {
                observe(buffer.AsSpan(filled, read));
                // What was there before holds no line end: look only at what is new.
                var search = filled;
                filled += read;
                var start = 0;
                int length;
                while ((length = buffer.AsSpan(search, filled - search).IndexOf((byte)'\n')) >= 0)
                {
                    var end = search + length;
                    yield return buffer.AsMemory(start, end - start);
                    start = search = end + 1;
                }

                filled -= start;
                if (start > 0)
                    buffer.AsSpan(start, filled).CopyTo(buffer);
                else if (filled == buffer.Length)
                    buffer = Grow(buffer);
            }

            if (filled > 0)
                yield return buffer.AsMemory(0, filled);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
