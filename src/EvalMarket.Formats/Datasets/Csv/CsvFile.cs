using System.Runtime.CompilerServices;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>Where the histories of a file's items come from.</summary>
public enum CsvHistory
{
    /// <summary>A column, when there is one.</summary>
    Column = 1,

    /// <summary>The rows before: the file is one conversation in order, or many that a <c>conversation_id</c> column parts.</summary>
    Auto = 2,
}

/// <summary>How a file is to be read.</summary>
public sealed record CsvOptions
{
    /// <summary>What goes where, by column name; what it does not name is suggested.</summary>
    public IReadOnlyDictionary<string, CsvTarget>? Mapping { get; init; }

    public CsvHistory History { get; init; } = CsvHistory.Column;

    /// <summary>What parts the cells; null to find it.</summary>
    public char? Delimiter { get; init; }

    /// <summary>How bytes are characters; null to find it.</summary>
    public CsvEncoding? Encoding { get; init; }

    public CsvLimits Limits { get; init; } = new();
}

/// <summary>A row of a file.</summary>
/// <param name="Number">1-based, as a spreadsheet shows it; the column names are row 1.</param>
/// <param name="Cells">As the file has them.</param>
/// <param name="Patch">What it says; null when there are errors.</param>
/// <param name="Errors">With <see cref="ContentError.Line"/> = <paramref name="Number"/>.</param>
public sealed record CsvRow(long Number, IReadOnlyList<string> Cells, CsvRowPatch? Patch, IReadOnlyList<ContentError> Errors)
{
    /// <summary>The file cannot be read any further: none of it is to be taken.</summary>
    public bool IsEndOfReading { get; init; }
}

/// <summary>
/// A CSV file of items: encoding and delimiter found from its beginning, columns from its first row, then row by row.
/// Memory holds one row, and the ids that the file names.
/// </summary>
public sealed class CsvFile : IDisposable
{
    private readonly CsvOptions options;
    private readonly List<ContentError> errors = [];
    private CsvTextSource? source;
    private CsvRowReader? rows;

    private CsvFile(CsvOptions options) => this.options = options;

    /// <summary>Null when it could not be found.</summary>
    public CsvEncoding? Encoding => source?.Encoding;

    public char Delimiter { get; private set; } = ',';

    /// <summary>The first row's cells as the file has them.</summary>
    public IReadOnlyList<string> Header { get; private set; } = [];

    public IReadOnlyList<CsvColumn> Columns { get; private set; } = [];

    /// <summary>What is wrong with the file as a whole; then there are no rows to read.</summary>
    public IReadOnlyList<ContentError> Errors => errors;

    /// <summary>Blank lines that were passed over so far, the ones at the end of the file left out.</summary>
    public long BlankRows => rows?.BlankRows ?? 0;

    /// <summary>Looks at the beginning of a file. What is wrong with it is in <see cref="Errors"/>.</summary>
    /// <param name="stream">Read forwards; the caller disposes it.</param>
    /// <param name="options">How to read it.</param>
    public static async ValueTask<CsvFile> OpenAsync(Stream stream, CsvOptions options, CancellationToken cancellationToken)
    {
        var file = new CsvFile(options);
        try
        {
            await file.BeginAsync(stream, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            file.errors.Add(new ContentError(exception.Message, Line: 1));
        }

        return file;
    }

    /// <summary>The rows behind the first, each with its patch or its errors. Can be read once.</summary>
    public async IAsyncEnumerable<CsvRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (errors.Count > 0)
        {
            yield break;
        }

        var isAuto = options.History == CsvHistory.Auto;
        var mapper = new CsvRowMapper(Columns, isAuto);
        var history = isAuto ? new CsvAutoHistory(options.Limits.HistoryBytes) : null;
        var conversation = isAuto ? CsvColumns.Conversation(Columns) : -1;
        while (true)
        {
            var (more, problem) = await TryReadAsync(cancellationToken);
            if (problem is not null)
            {
                yield return new CsvRow(rows!.Number + 1, [], null, [new ContentError(problem, Line: rows.Number + 1)]) { IsEndOfReading = true };
            }

            if (!more)
            {
                yield break;
            }

            var row = Map(mapper);
            yield return history is not null && row.Patch is { } patch
                ? row with { Patch = history.Add(patch, conversation < 0 ? "" : row.Cells[conversation]) }
                : row;
        }
    }

    public void Dispose() => source?.Dispose();

    private async ValueTask BeginAsync(Stream stream, CancellationToken cancellationToken)
    {
        source = await CsvTextSource.OpenAsync(stream, options.Encoding, cancellationToken);
        var first = new char[CsvRowReader.BeginCharacters];
        var length = 0;
        while (length < first.Length && await source.ReadAsync(first.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            // Two characters are the least that can be asked for.
            if (first.Length - length < 2)
            {
                break;
            }
        }

        Delimiter = options.Delimiter ?? CsvDelimiters.Detect(first.AsSpan(0, length));
        rows = new CsvRowReader(source, Delimiter, options.Limits);
        rows.Begin(first.AsSpan(0, length));
        if (!await rows.ReadAsync(cancellationToken))
        {
            errors.Add(new ContentError("The file is empty."));
            return;
        }

        errors.AddRange(rows.Problems.Select(problem => new ContentError(problem, Line: rows.Number)));
        var replaced = 0;
        Header = [.. rows.Cells.Select(cell => WellFormedText.Of(cell, ref replaced))];
        Columns = CsvColumns.Map(Header, options.Mapping, errors);
        if (options.History == CsvHistory.Auto && errors.Count == 0 && !Columns.Any(column => column.Target.Field == CsvField.Input))
        {
            errors.Add(new ContentError("Histories can be made from the rows only when there is a column of human messages.", Line: 1));
        }
    }

    private CsvRow Map(CsvRowMapper mapper)
    {
        List<string> problems = [.. rows!.Problems];
        CsvRowPatch? patch = null;
        if (problems.Count == 0)
        {
            if (rows.Cells.Count == Columns.Count)
            {
                patch = mapper.Map(rows.Cells, problems);
            }
            else
            {
                problems.Add($"The row has {Cells(rows.Cells.Count)}, the first row has {Cells(Columns.Count)}.");
            }
        }

        return new CsvRow(rows.Number, rows.Cells, patch, [.. problems.Select(problem => new ContentError(problem, Line: rows.Number))]);
    }

    private static string Cells(int count) => count == 1 ? "1 cell" : $"{count} cells";

    private async ValueTask<(bool More, string? Problem)> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await rows!.ReadAsync(cancellationToken), null);
        }
        catch (InvalidDataException exception)
        {
            return (false, exception.Message);
        }
    }
}
