using System.IO.Pipelines;
using EvalMarket.Formats.Datasets.Csv;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>
/// <c>id, section, Human Message, AI Response, History</c>; then a column for each place in context, participant data and session state that a text
/// can hold, by dotted name in ordinal order; then <c>context, participant_data, session_state</c> with a JSON object for what is left: numbers,
/// booleans, nulls, texts that look like JSON, empty texts, keys that a dotted name cannot say. An import gives back the same content.
/// </summary>
public sealed class CsvExporter : IDatasetExporter
{
    public string Format => "csv";

    public string DisplayName => "CSV";

    public string Summary => "A row an item, for spreadsheets; can be imported again.";

    public string ContentType => "text/csv; charset=utf-8";

    public string FileExtension => "csv";

    public IEnumerable<string> Losses(ExportItem item) => ItemLosses.Of(item.Item, ItemParts.Assets | ItemParts.Source | ItemParts.Metadata | ItemParts.Question);

    public async Task WriteAsync(IExportSource source, PipeWriter output, CancellationToken cancellationToken)
    {
        var columns = new CsvExportColumns();
        await foreach (var part in source.SurveyAsync(CsvExportColumns.Of, cancellationToken))
        {
            columns.Add(part);
        }

        columns.Close();
        var stream = new ExportStream(output);
        CsvCells.WriteRow(stream, ["id", "section", "Human Message", "AI Response", "History", .. columns.Names]);
        await foreach (var (item, section) in source.ReadAsync(cancellationToken))
        {
            CsvCells.WriteRow(stream, [item.Id?.Value ?? "", section, item.Input, item.Output, HistoryText.Format(item.History), .. columns.Cells(item)]);
            if (!await stream.FlushWhenFullAsync(cancellationToken))
            {
                return;
            }
        }

        await stream.FlushAsync(cancellationToken);
    }
}
