using System.Buffers;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>Writes cells and rows: UTF-8 without a mark, comma, LF, quotes only where they are needed.</summary>
internal static class CsvCells
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");

    /// <summary>A row of cells, each guarded against being run as a formula.</summary>
    public static void WriteRow(IBufferWriter<byte> output, params ReadOnlySpan<string> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            Write(output, cells[i]);
        }

        output.Write("\n"u8);
    }

    public static void Write(IBufferWriter<byte> output, string cell)
    {
        if (cell.Length == 0)
        {
            return;
        }

        var isQuoted = cell.AsSpan().ContainsAny(NeedQuotes) || char.IsWhiteSpace(cell[0]) || char.IsWhiteSpace(cell[^1]);
        output.Write(isQuoted ? "\""u8 : ""u8);
        if (CsvFormulas.NeedsGuard(cell))
        {
            output.Write("'"u8);
        }

        JsonText.WriteUtf8(output, isQuoted && cell.Contains('"', StringComparison.Ordinal) ? cell.Replace("\"", "\"\"", StringComparison.Ordinal) : cell);
        output.Write(isQuoted ? "\""u8 : ""u8);
    }
}
