using System.Buffers;

namespace EvalMarket.Formats.Json;

/// <summary>
/// The values of a JSON text of any size as bytes, one at a time: the elements of an array at the root, those of a named list in an object at the
/// root, or what stands at the root one after another (one document, or a document a line). Memory holds one value.
/// <para>
/// Values are told apart by their brackets and quotes alone, never parsed: one that is no valid JSON, or too large, is given as such, and reading
/// goes on behind it. Once the first value at the root was whole on its line, each further line is a value. A first line that breaks off is
/// told by the next one: no valid JSON goes on with a line that begins with a brace there.
/// </para>
/// </summary>
/// <param name="stream">UTF-8, read to its end; the caller disposes it.</param>
/// <param name="listName">Property of an object at the root whose array holds the values; null when there is no such wrapper.</param>
/// <param name="maxBytes">Largest value that is held.</param>
internal sealed class JsonValueReader(Stream stream, string? listName, int maxBytes) : IDisposable
{
    private const int FirstBufferBytes = 64 * 1024;

    private static readonly SearchValues<byte> Brackets = SearchValues.Create("\"{}[]\n"u8);
    private static readonly SearchValues<byte> TextMarks = SearchValues.Create("\"\\\n"u8);
    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(",{[]\"\n"u8);

    private readonly byte[]? quotedListName = listName is null ? null : System.Text.Encoding.UTF8.GetBytes($"\"{listName}\"");

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);

    /// <summary>What is in the buffer: [start, at) of the value being read, [at, end) not yet looked at.</summary>
    private int start;
    private int at;
    private int end;
    private bool streamEnded;

    private Place place;
    private int depth;
    private bool isEscaped;
    private bool isTextBroken;
    private bool isDropped;
    private bool isInList;
    private bool isInNamedList;
    private bool isAfterNamedList;
    private bool isLines;

    /// <summary>Bytes of the stream before the buffer's first, and the one where the current line begins.</summary>
    private long before;
    private long lineStart;
    private long line = 1;
    private long firstLine;
    private long firstColumn;
    private long count;

    private enum Place
    {
        Between,
        Brackets,
        Text,
        Word,
        Line,
    }

    /// <summary>The value; empty when it is too large. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> Value { get; private set; }

    /// <summary>1-based line on which the value begins.</summary>
    public long Line { get; private set; }

    /// <summary>0-based byte of that line at which it begins.</summary>
    public long Column { get; private set; }

    /// <summary>0-based byte of the stream at which it begins.</summary>
    public long Offset { get; private set; }

    /// <summary>JSON pointer to the value, when it is an element of a list.</summary>
    public string? Path { get; private set; }

    public bool IsTooLarge { get; private set; }

    /// <summary>The text ends before the value, or the list that it is in, does. What there is of it may be empty.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Moves to the next value; false at the end.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        (Value, IsTooLarge, IsCut) = (default, false, false);
        while (!Scan())
        {
            if (streamEnded)
            {
                return TakeRest();
            }

            await FillAsync(cancellationToken);
        }

        return true;
    }

    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    /// <summary>True when a value has been taken; false when all of the buffer has been looked at.</summary>
    private bool Scan()
    {
        while (at < end)
        {
            var isWhole = place switch
            {
                Place.Between => Enter(),
                Place.Text => ScanText(),
                Place.Brackets => ScanBrackets(),
                Place.Word => ScanTo(WordEnds),
                _ => ScanLine(),
            };
            if (isWhole && Take())
            {
                return true;
            }
        }

        return false;
    }

    private bool Enter()
    {
        switch (buffer[at])
        {
            case (byte)'\n':
                NewLine();
                return false;
            case (byte)' ' or (byte)'\t' or (byte)'\r':
            case (byte)',' when !isLines:
                at++;
                return false;
            case (byte)'[' when !isInList && !isLines:
                isInList = true;
                at++;
                return false;
            case (byte)']' when isInList:
                at++;
                LeaveList();
                return false;
        }

        (start, firstLine, firstColumn) = (at, line, before + at - lineStart);
        (isDropped, isTextBroken, depth) = (false, false, 0);
        if (isLines)
        {
            place = Place.Line;
            return false;
        }

        switch (buffer[at++])
        {
            case (byte)'{' or (byte)'[':
                place = Place.Brackets;
                depth = 1;
                break;
            case (byte)'"':
                place = Place.Text;
                break;
            default:
                place = Place.Word;
                break;
        }

        return false;
    }

    private void LeaveList()
    {
        isInList = false;
        if (isInNamedList)
        {
            // What else the object around the list has is passed over.
            (isInNamedList, isAfterNamedList, isDropped) = (false, true, true);
            (place, depth, start) = (Place.Brackets, 1, at);
        }
    }

    private bool ScanBrackets()
    {
        if (!ScanTo(Brackets))
        {
            return false;
        }

        switch (buffer[at])
        {
            case (byte)'\n':
                NewLine();
                return false;
            case (byte)'"':
                place = Place.Text;
                break;
            case (byte)'[' when depth == 1 && IsNamedList():
                (isInList, isInNamedList, place) = (true, true, Place.Between);
                break;
            case (byte)'{' when IsTornBefore():
                isLines = true;
                return true;
            case (byte)'{' or (byte)'[':
                depth++;
                break;
            default:
                depth--;
                break;
        }

        at++;
        return depth == 0;
    }

    private bool ScanText()
    {
        if (isTextBroken)
        {
            isTextBroken = false;
            if (buffer[at] == '{')
            {
                isLines = true;
                return true;
            }
        }

        if (isEscaped)
        {
            isEscaped = false;
            at += buffer[at] == '\n' ? 0 : 1;
            return false;
        }

        if (!ScanTo(TextMarks))
        {
            return false;
        }

        switch (buffer[at])
        {
            case (byte)'\n':
                // No text of JSON goes over a line's end.
                NewLine();
                isTextBroken = !isInList && !isAfterNamedList;
                return false;
            case (byte)'\\':
                isEscaped = true;
                break;
            default:
                place = Place.Brackets;
                break;
        }

        at++;
        return place == Place.Brackets && depth == 0;
    }

    private bool ScanLine()
    {
        var found = buffer.AsSpan(at, end - at).IndexOf((byte)'\n');
        at = found < 0 ? end : at + found;
        return found >= 0;
    }

    private bool ScanTo(SearchValues<byte> marks)
    {
        var found = buffer.AsSpan(at, end - at).IndexOfAny(marks);
        at = found < 0 ? end : at + found;
        return found >= 0;
    }

    private void NewLine()
    {
        at++;
        line++;
        lineStart = before + at;
    }

    /// <summary>Whether the brace at hand begins a line and cannot belong to the value at the root before it.</summary>
    private bool IsTornBefore() => !isInList && !isDropped && before + at == lineStart
        && buffer.AsSpan(start, at - start).TrimEnd(" \t\r\n"u8) is not [.., (byte)'[' or (byte)',' or (byte)':'];

    /// <summary>Whether the bracket at hand opens the named list of the object at the root, as the bytes before it say.</summary>
    private bool IsNamedList()
    {
        if (quotedListName is null || isInList || isDropped || buffer[start] != '{')
        {
            return false;
        }

        var head = buffer.AsSpan(start, at - start).TrimEnd(" \t\r\n"u8);
        if (head is not [.., (byte)':'] || !(head = head[..^1].TrimEnd(" \t\r\n"u8)).EndsWith(quotedListName))
        {
            return false;
        }

        return head[..^quotedListName.Length].TrimEnd(" \t\r\n"u8) is [.., (byte)'{' or (byte)','];
    }

    /// <summary>Gives the value that ends here; false when it is nothing to give.</summary>
    private bool Take()
    {
        place = Place.Between;
        if (isAfterNamedList)
        {
            isAfterNamedList = false;
            return false;
        }

        var value = buffer.AsMemory(start, at - start);
        if (count == 0 && value.Span.TrimEnd(" \t\r"u8).SequenceEqual("\uFEFF"u8))
        {
            return false;
        }

        isLines |= count == 0 && !isInList && firstLine == line && (isDropped || value.Span[0] == '{');
        Give(value);
        return true;
    }

    private bool TakeRest()
    {
        if (place == Place.Between && !isInList)
        {
            return false;
        }

        IsCut = place != Place.Word || isInList;
        if (place == Place.Between || isAfterNamedList)
        {
            (firstLine, firstColumn) = (line, before + at - lineStart);
            (start, isDropped) = (at, false);
        }

        Give(buffer.AsMemory(start, at - start));
        (place, isInList, isInNamedList, isAfterNamedList) = (Place.Between, false, false, false);
        return true;
    }

    private void Give(ReadOnlyMemory<byte> value)
    {
        IsTooLarge = isDropped || value.Length > maxBytes;
        Value = IsTooLarge ? default : value;
        (Line, Column, Offset) = (firstLine, firstColumn, before + start);
        Path = !isInList ? null : isInNamedList ? $"/{listName}/{count}" : $"/{count}";
        count++;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (place == Place.Between || isDropped)
        {
            start = at;
        }
        else if (at - start > maxBytes)
        {
            // Forget what there is of it and go on to its end.
            isDropped = true;
            start = at;
        }

        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            before += start;
            (at, end, start) = (at - start, end - start, 0);
        }

        if (end == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(0, end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        end += read;
        streamEnded = read == 0;
    }
}
