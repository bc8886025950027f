namespace EvalMarket.Formats.Sessions;

/// <summary>All session export formats, in the order in which people see them.</summary>
public static class SessionExporters
{
    public static IReadOnlyList<ISessionExporter> All { get; } = [new DeepEvalExporter(), new OpenAiExporter(), new TextExporter()];

    public static ISessionExporter? Find(string format) => All.FirstOrDefault(exporter => exporter.Format == format);
}
