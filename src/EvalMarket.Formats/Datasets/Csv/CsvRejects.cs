using System.Buffers;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>Rows that could not be taken, as a CSV file that can be mended and imported again: in front of the file's own cells stands what is wrong.</summary>
public static class CsvRejects
{
    public static void WriteHeader(IBufferWriter<byte> output, IReadOnlyList<string> header) => WriteRow(output, CsvColumns.RejectColumn, header);

    /// <summary>One row, its cells as many as they were.</summary>
    public static void WriteRow(IBufferWriter<byte> output, CsvRow row) => WriteRow(output, string.Join(" ", row.Errors.Select(error => error.Message)), row.Cells);

    private static void WriteRow(IBufferWriter<byte> output, string first, IReadOnlyList<string> cells) =>
        CsvCells.WriteRow(output, [first, .. cells.Select(CsvFormulas.Undo)]);
}
