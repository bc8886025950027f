using System.Text;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>
/// The rows of a CSV file (RFC 4180; LF, CRLF or CR; a quote inside an unquoted cell is an ordinary character). Rows are numbered as a spreadsheet
/// shows them: a cell with line breaks does not make more rows, a blank line is one.
/// </summary>
internal sealed class CsvRowReader(CsvTextSource source, char delimiter, CsvLimits limits)
{
    private const int BufferCharacters = 32 * 1024;

    private readonly char[] buffer = new char[BufferCharacters];
    private readonly StringBuilder pending = new();
    private List<string> cells = [];
    private List<string> problems = [];
    private int at;
    private int end;
    private long rowCharacters;
    private Mode mode;
    private bool skipLineFeed;
    private bool isEnded;
    private bool hasTooLongCell;
    private bool hasOpenCell;
    private bool hasQuotes;
    private long blankSinceRow;

    private enum Mode
    {
        CellStart,
        Plain,
        Quoted,
        QuoteInQuoted,
        AfterQuote,
    }

    /// <summary>The row's cells as the file has them, quotes undone.</summary>
    public IReadOnlyList<string> Cells { get; private set; } = [];

    /// <summary>What is wrong with the row's own form.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>1-based.</summary>
    public long Number { get; private set; }

    /// <summary>Blank lines that were passed over so far, the ones at the end of the file left out.</summary>
    public long BlankRows { get; private set; }

    /// <summary>Puts characters that have been read already (to find the delimiter) before the rest.</summary>
    public void Begin(ReadOnlySpan<char> first)
    {
        first.CopyTo(buffer);
        end = first.Length;
    }

    /// <summary>How many characters <see cref="Begin"/> takes.</summary>
    public static int BeginCharacters => BufferCharacters;

    /// <summary>Moves to the next row that is not blank; false at the end.</summary>
    /// <exception cref="InvalidDataException">The file's bytes are no characters.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        (cells, problems) = ([], []);
        while (true)
        {
            if (Scan())
            {
                return true;
            }

            if (isEnded)
            {
                return TakeRest();
            }

            at = 0;
            end = await source.ReadAsync(buffer, cancellationToken);
            isEnded = end == 0;
        }
    }

    /// <summary>True when a row is whole; false when all of the buffer has been looked at.</summary>
    private bool Scan()
    {
        while (at < end)
        {
            if (skipLineFeed)
            {
                skipLineFeed = false;
                if (buffer[at] == '\n')
                {
                    at++;
                    continue;
                }
            }

            var isRowEnd = mode switch
            {
                Mode.CellStart => StartCell(),
                Mode.Plain or Mode.AfterQuote => ScanPlain(),
                Mode.Quoted => ScanQuoted(),
                _ => ScanQuote(),
            };
            if (isRowEnd && EndRow())
            {
                return true;
            }
        }

        return false;
    }

    private bool StartCell()
    {
        if (buffer[at] == '"')
        {
            mode = Mode.Quoted;
            hasQuotes = true;
            at++;
            return false;
        }

        mode = Mode.Plain;
        return ScanPlain();
    }

    private bool ScanPlain()
    {
        var rest = buffer.AsSpan(at, end - at);
        var found = rest.IndexOfAny(delimiter, '\r', '\n');
        if (found < 0)
        {
            Append(rest);
            at = end;
            return false;
        }

        if (mode == Mode.AfterQuote && !rest[..found].IsEmpty)
        {
            AfterQuote();
        }

        // The usual cell lies whole in the buffer.
        if (pending.Length == 0 && found <= limits.CellCharacters && rowCharacters + found <= limits.RowCharacters)
        {
            EndCell(found == 0 ? "" : new string(rest[..found]), found);
        }
        else
        {
            Append(rest[..found]);
            EndCell();
        }

        at += found;
        return AfterCell();
    }

    private bool ScanQuoted()
    {
        var rest = buffer.AsSpan(at, end - at);
        var quote = rest.IndexOf('"');
        Append(quote < 0 ? rest : rest[..quote]);
        at += quote < 0 ? rest.Length : quote + 1;
        mode = quote < 0 ? Mode.Quoted : Mode.QuoteInQuoted;
        return false;
    }

    private bool ScanQuote()
    {
        var next = buffer[at];
        if (next == '"')
        {
            Append("\"");
            at++;
            mode = Mode.Quoted;
            return false;
        }

        if (next == delimiter || next is '\r' or '\n')
        {
            EndCell();
            return AfterCell();
        }

        AfterQuote();
        mode = Mode.AfterQuote;
        return false;
    }

    private void AfterQuote()
    {
        var problem = $"In cell {cells.Count + 1} there is text after the closing quote; a quote inside a quoted cell is written twice (\"\").";
        if (problems.Count == 0 || problems[^1] != problem)
        {
            problems.Add(problem);
        }
    }

    /// <summary>At a delimiter or a line end.</summary>
    private bool AfterCell()
    {
        mode = Mode.CellStart;
        var character = buffer[at++];
        if (character == delimiter)
        {
            // The row goes on, if only with an empty cell.
            hasOpenCell = true;
            return false;
        }

        skipLineFeed = character == '\r';
        return true;
    }

    private void Append(ReadOnlySpan<char> text)
    {
        if (pending.Length + text.Length > limits.CellCharacters || rowCharacters + pending.Length + text.Length > limits.RowCharacters)
        {
            if (!hasTooLongCell)
            {
                problems.Add(pending.Length + text.Length > limits.CellCharacters
                    ? $"Cell {cells.Count + 1} is longer than {limits.CellCharacters:N0} characters."
                    : $"The row is longer than {limits.RowCharacters:N0} characters.");
            }

            hasTooLongCell = true;
            return;
        }

        pending.Append(text);
    }

    private void EndCell()
    {
        var length = pending.Length;
        EndCell(pending.ToString(), length);
        pending.Clear();
        hasTooLongCell = false;
    }

    private void EndCell(string cell, int length)
    {
        hasOpenCell = false;
        rowCharacters += length;
        if (cells.Count < limits.Columns)
        {
            cells.Add(cell);
        }
        else if (cells.Count == limits.Columns)
        {
            cells.Add("");
            problems.Add($"The row has more than {limits.Columns:N0} cells.");
        }
    }

    private bool EndRow()
    {
        Number++;
        rowCharacters = 0;
        var isBlank = cells is [""] && !hasQuotes;
        hasQuotes = false;
        if (isBlank)
        {
            cells.Clear();
            blankSinceRow++;
            return false;
        }

        BlankRows += blankSinceRow;
        blankSinceRow = 0;
        (Cells, Problems) = (cells, problems);
        return true;
    }

    private bool TakeRest()
    {
        if (mode == Mode.Quoted)
        {
            problems.Add($"Cell {cells.Count + 1} opens a quote that is never closed; everything to the end of the file is in it.");
        }

        if (mode == Mode.CellStart && cells.Count == 0 && !hasOpenCell)
        {
            return false;
        }

        EndCell();
        mode = Mode.CellStart;
        return EndRow();
    }
}
