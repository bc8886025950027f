using System.Text;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Datasets.Csv;
using EvalMarket.Formats.Datasets.Exports;

namespace EvalMarket.Formats.Tests.Datasets.Csv;

/// <summary>CSV files in and out, in memory.</summary>
internal static class Csvs
{
    public static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static async Task<(CsvFile File, List<CsvRow> Rows)> ReadAsync(byte[] bytes, CsvOptions? options = null)
    {
        using var file = await CsvFile.OpenAsync(new DribblingStream(bytes), options ?? new CsvOptions(), default);
        List<CsvRow> rows = [];
        await foreach (var row in file.ReadAsync(default))
            rows.Add(row);
        return (file, rows);
    }

    public static Task<(CsvFile File, List<CsvRow> Rows)> ReadAsync(string text, CsvOptions? options = null) => ReadAsync(Encoding.UTF8.GetBytes(text), options);

    public static async Task<List<DatasetItem>> ItemsAsync(string text, CsvOptions? options = null)
    {
        var (file, rows) = await ReadAsync(text, options);
        Assert.Empty(file.Errors);
        Assert.Empty(rows.SelectMany(row => row.Errors));
        return [.. rows.Select(row => row.Patch!.Create())];
    }

    public static Task<string> ExportAsync(params IEnumerable<DatasetItem> items) => ExportAsync(new CsvExporter(), [.. items.Select(item => new ExportItem(item, "default"))]);

    public static async Task<string> ExportAsync(IDatasetExporter exporter, IReadOnlyList<ExportItem> items) => Encoding.UTF8.GetString(await ExportBytesAsync(exporter, items));

    public static async Task<byte[]> ExportBytesAsync(IDatasetExporter exporter, IReadOnlyList<ExportItem> items, string name = "Support questions", string description = "")
    {
        using var output = new MemoryStream();
        var pipe = System.IO.Pipelines.PipeWriter.Create(output, new System.IO.Pipelines.StreamPipeWriterOptions(leaveOpen: true));
        await exporter.WriteAsync(new Items(items, name, description), pipe, default);
        await pipe.CompleteAsync();
        return output.ToArray();
    }

    public sealed class Items(IReadOnlyList<ExportItem> items, string name = "Support questions", string description = "") : IExportSource
    {
        public ExportedDataset Dataset => new("ds_01j5zw2m8kf3r9t6y1x4c7v0bq", name, description, 3, Time, items.Count);

        public async IAsyncEnumerable<ExportItem> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            foreach (var item in items)
                yield return item;
        }
    }

    /// <summary>Gives few bytes at a time, so that every seam is met.</summary>
    private sealed class DribblingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + (int)(Position % 7919))], cancellationToken);
    }
}
