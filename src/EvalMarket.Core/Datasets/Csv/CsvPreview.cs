using System.Text.Json;
using EvalMarket.Formats;

namespace EvalMarket.Core.Datasets.Csv;

/// <summary>What an import of a file would do.</summary>
public sealed record CsvPreview
{
    /// <summary>As people call it; null when it could not be found.</summary>
    public string? Encoding { get; init; }

    /// <summary>The same in the words of a choice.</summary>
    public string? EncodingName { get; init; }

    /// <summary>A comma, a semicolon, a tab or a bar.</summary>
    public string Delimiter { get; init; } = ",";

    public IReadOnlyList<CsvPreviewColumn> Columns { get; init; } = [];

    /// <summary>Cells of the first rows, long ones cut.</summary>
    public IReadOnlyList<CsvPreviewRow> FirstRows { get; init; } = [];

    /// <summary>Rows that have been looked at, without the first.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that would make an item.</summary>
    public long Created { get; init; }

    /// <summary>Rows that name an item of the dataset.</summary>
    public long Updated { get; init; }

    /// <summary>Rows with errors.</summary>
    public long Rejected { get; init; }

    /// <summary>The first thousand.</summary>
    public IReadOnlyList<ContentError> Errors { get; init; } = [];

    /// <summary>The file as a whole cannot be imported: <see cref="Errors"/> say why.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Names of sections that would be made.</summary>
    public IReadOnlyList<string> NewSections { get; init; } = [];

    public long BlankRows { get; init; }

    public long ReplacedCharacters { get; init; }

    /// <summary>False when the file is so long that only its beginning was looked at.</summary>
    public bool IsWhole { get; init; } = true;

    public string ToJson() => JsonSerializer.Serialize(this, CsvImportJson.Default.CsvPreview);
}

/// <summary>A column and where it goes, in the words of a mapping.</summary>
public sealed record CsvPreviewColumn(string Name, string Target);

/// <summary>A row as the file has it.</summary>
/// <param name="Line">Its number as a spreadsheet shows it.</param>
public sealed record CsvPreviewRow(long Line, IReadOnlyList<string> Cells, bool HasErrors);
