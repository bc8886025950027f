namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>All export formats of datasets, in the order in which people see them.</summary>
public static class DatasetExporters
{
    public static IReadOnlyList<IDatasetExporter> All { get; } =
    [
        new CsvExporter(),
    ];

    public static IDatasetExporter? Find(string format) => All.FirstOrDefault(exporter => exporter.Format == format);
}
