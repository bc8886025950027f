namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>All export formats of datasets, in the order in which people see them.</summary>
public static class DatasetExporters
{
    public static IReadOnlyList<IDatasetExporter> All { get; } =
    [
        new CsvExporter(),
        new JsonlExporter(),
        new DeepEvalGoldensExporter(),
        new OpenAiEvalsExporter(),
        new OpenAiFineTuneExporter(),
        new InspectExporter(),
        new PromptfooExporter(),
        new LmEvalExporter(),
        new LightEvalExporter(),
        new RagasExporter(),
        new HuggingFaceExporter(),
        new LangfuseExporter(),
        new MlflowExporter(),
        new PhoenixExporter(),
    ];

    public static IDatasetExporter? Find(string format) => All.FirstOrDefault(exporter => exporter.Format == format);
}
