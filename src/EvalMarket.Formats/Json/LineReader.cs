using System.Buffers;

namespace EvalMarket.Formats.Json;

/// <summary>
/// The lines of a stream as bytes, one at a time: any line ending (LF, CRLF, CR), an UTF-8 byte order mark skipped, 1-based numbers.
/// Never holds more than one line; one that is longer than allowed is passed over and said to be so.
/// </summary>
/// <param name="stream">Read to its end; the caller disposes it.</param>
/// <param name="maxLineBytes">Longest line that is given out.</param>
public sealed class LineReader(Stream stream, int maxLineBytes) : IDisposable
{
    private const int FirstBufferBytes = 64 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
    private int start;
    private int end;
    private bool ended;
    private bool skipLineFeed;

    /// <summary>The line, without its ending. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>1-based number of <see cref="Line"/>.</summary>
    public long Number { get; private set; }

    /// <summary>The line was longer than allowed; <see cref="Line"/> is empty.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The stream ended without a line ending: a writer may have been cut off in the middle of this line.</summary>
    public bool IsUnterminated { get; private set; }

    /// <summary>Moves to the next line; false at the end.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        Line = default;
        IsTooLong = false;
        IsUnterminated = false;
        var scanned = 0;
        while (true)
        {
            SkipSecondHalfOfLineEnding();
            var found = buffer.AsSpan(start + scanned, end - start - scanned).IndexOfAny((byte)'\n', (byte)'\r');
            if (found >= 0)
            {
                Take(scanned + found);
                skipLineFeed = buffer[start + scanned + found] == '\r';
                start += scanned + found + 1;
                return true;
            }

            if (ended)
            {
                if (start == end && !IsTooLong)
                {
                    return false;
                }

                IsUnterminated = true;
                Take(end - start);
                start = end;
                return true;
            }

            scanned = end - start;
            if (scanned > maxLineBytes)
            {
                // Forget what there is of it and go on to its end.
                IsTooLong = true;
                start = end;
                scanned = 0;
            }

            await FillAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    private void SkipSecondHalfOfLineEnding()
    {
        if (skipLineFeed && start < end)
        {
            skipLineFeed = false;
            if (buffer[start] == '\n')
            {
                start++;
            }
        }
    }

    private void Take(int length)
    {
        Number++;
        IsTooLong |= length > maxLineBytes;
        if (IsTooLong)
        {
            return;
        }

        var line = buffer.AsMemory(start, length);
        Line = Number == 1 && line.Span.StartsWith("\uFEFF"u8) ? line[3..] : line;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(0, end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        ended = read == 0;
        end += read;
    }
}
