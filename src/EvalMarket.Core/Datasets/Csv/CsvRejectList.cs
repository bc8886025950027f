using System.Buffers;
using System.Text;
using EvalMarket.Formats;
using EvalMarket.Formats.Datasets.Csv;

namespace EvalMarket.Core.Datasets.Csv;

/// <summary>Rows that were left out: counted, their first errors listed, and kept as a CSV file while there is room.</summary>
internal sealed class CsvRejectList(IReadOnlyList<string> header)
{
    /// <summary>Errors that are listed; all rows are counted.</summary>
    public const int MostErrors = 1_000;

    /// <summary>A larger file is not put into an answer.</summary>
    private const int InlineBytes = 1024 * 1024;

    /// <summary>What is kept at most.</summary>
    private const int MostBytes = 64 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> text = new();
    private readonly List<ContentError> errors = [];

    public long Count { get; private set; }

    public IReadOnlyList<ContentError> Errors => errors;

    /// <summary>The file; null when there are no rows, or more than are kept.</summary>
    public ReadOnlyMemory<byte>? File => Count > 0 && text.WrittenCount <= MostBytes ? text.WrittenMemory : null;

    public void Add(CsvRow row)
    {
        Count++;
        errors.AddRange(row.Errors.Take(MostErrors - errors.Count));
        if (text.WrittenCount == 0)
        {
            CsvRejects.WriteHeader(text, header);
        }

        if (text.WrittenCount <= MostBytes)
        {
            CsvRejects.WriteRow(text, row);
        }
    }

    public string? ToText() => text.WrittenCount <= InlineBytes ? Encoding.UTF8.GetString(text.WrittenSpan) : null;
}
