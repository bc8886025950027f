namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>Bounds of a CSV file.</summary>
public sealed record CsvLimits
{
    /// <summary>The most columns that an export makes; beyond that everything is in the bare JSON columns.</summary>
    public const int ExportColumns = 500;

    /// <summary>Columns of a file.</summary>
    public int Columns { get; init; } = 1000;

    /// <summary>Characters of one cell.</summary>
    public int CellCharacters { get; init; } = 16 * 1024 * 1024;

    /// <summary>Characters of all cells of a row.</summary>
    public int RowCharacters { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of an automatic history; longer ones keep the newest messages.</summary>
    public int HistoryBytes { get; init; } = 256 * 1024;
}
