using EvalMarket.Formats.Datasets.Exports;

namespace EvalMarket.Web.Pages.Datasets.Exports;

/// <summary>A format that a dataset can leave in.</summary>
/// <param name="Name">Wire name; <c>package</c> for our own.</param>
/// <param name="Exporter">Null for the package.</param>
internal sealed record ExportFormat(string Name, string DisplayName, string Summary, IDatasetExporter? Exporter)
{
    public static ExportFormat Package { get; } = new("package", "Package", "everything, to be uploaded again", null);

    public static IReadOnlyList<ExportFormat> All { get; } =
        [Package, .. DatasetExporters.All.Select(exporter => new ExportFormat(exporter.Format, exporter.DisplayName, exporter.Summary, exporter))];

    public bool IsPackage => Exporter is null;
}
