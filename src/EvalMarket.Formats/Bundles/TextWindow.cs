using System.Text;

namespace EvalMarket.Formats.Bundles;

/// <summary>Some lines of a text file of any size, for looking at a place in it. Lines end with LF; long ones are shown in part.</summary>
/// <param name="First">1-based number of the first line.</param>
/// <param name="HasMore">Whether there are lines after the last.</param>
public sealed record TextWindow(long First, IReadOnlyList<WindowLine> Lines, bool HasMore)
{
    private const int ShownBytes = 2_000;
    private const int MarkedCharacters = 60;

    /// <summary>Reads the lines from <paramref name="first"/> on.</summary>
    /// <param name="line">The line that is looked for: of it the part around <paramref name="column"/> is shown, of others their beginning.</param>
    /// <param name="column">1-based byte of that line.</param>
    public static async Task<TextWindow> ReadAsync(Stream source, long first, int count, long line, long column, CancellationToken cancellationToken)
    {
        var lines = new List<WindowLine>(count);
        var buffer = new byte[128 * 1024];
        var shown = new byte[ShownBytes];
        long at = 1;
        long offset = 0;
        var (kept, isCut) = (0, false);
        while (true)
        {
            var read = await source.ReadAsync(buffer, cancellationToken);
            var rest = buffer.AsMemory(0, read);
            while (!rest.IsEmpty)
            {
                var end = rest.Span.IndexOf((byte)'\n');
                var piece = end < 0 ? rest : rest[..end];
                if (at >= first)
                {
                    var from = at == line ? Math.Max(0, column - 1 - (ShownBytes / 2)) : 0;
                    var skip = (int)Math.Clamp(from - offset, 0, piece.Length);
                    var take = Math.Min(piece.Length - skip, ShownBytes - kept);
                    piece.Span.Slice(skip, take).CopyTo(shown.AsSpan(kept));
                    kept += take;
                    isCut |= skip + take < piece.Length;
                }

                offset += piece.Length;
                rest = end < 0 ? default : rest[(end + 1)..];
                if (end >= 0)
                {
                    Keep();
                    if (lines.Count == count)
                    {
                        return new TextWindow(first, lines, HasMore: !rest.IsEmpty || await source.ReadAsync(buffer, cancellationToken) > 0);
                    }
                }
            }

            if (read == 0)
            {
                if (offset > 0)
                {
                    Keep();
                }

                return new TextWindow(first, lines, HasMore: false);
            }
        }

        void Keep()
        {
            if (at >= first)
            {
                var from = at == line ? Math.Max(0, column - 1 - (ShownBytes / 2)) : 0;
                var text = Encoding.UTF8.GetString(shown, 0, kept).TrimEnd('\r');
                lines.Add(new WindowLine(at, text, HasBefore: from > 0, HasAfter: isCut, MarkOf(text, from)));
            }

            at++;
            (offset, kept, isCut) = (0, 0, false);
        }

        Range? MarkOf(string text, long from)
        {
            if (at != line || column <= 1 || column - 1 - from >= kept)
            {
                return null;
            }

            var start = Math.Min(text.Length, Encoding.UTF8.GetCharCount(shown, 0, (int)(column - 1 - from)));
            var end = text.AsSpan(start).IndexOfAny(",}]");
            return start..Math.Min(text.Length, start + (end < 0 ? MarkedCharacters : Math.Clamp(end, 1, MarkedCharacters)));
        }
    }
}

/// <summary>A line of a window.</summary>
/// <param name="HasBefore">What is before this part of it is not shown.</param>
/// <param name="HasAfter">Nor what is after it.</param>
/// <param name="Mark">The part of the text that is looked for; null on other lines, and when the whole line is meant.</param>
public sealed record WindowLine(long Number, string Text, bool HasBefore, bool HasAfter, Range? Mark);
