using System.IO.Pipelines;
using System.Text.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>
/// A registry folder for OpenAI Evals (<c>oaieval … --registry_path</c>): <c>data/{task}/samples.jsonl</c> with <c>{"input":[messages],"ideal"}</c>,
/// and <c>evals/{task}.yaml</c>. Evals reads the two members that it knows; the rest of an item is in <c>metadata</c>.
/// </summary>
public sealed class OpenAiEvalsExporter : IDatasetExporter
{
    public string Format => "openai-evals";

    public string DisplayName => "OpenAI Evals";

    public string Summary => "A ZIP with samples as JSONL and the registry's YAML.";

    public string ContentType => "application/zip";

    public string FileExtension => "zip";

    public IEnumerable<string> Losses(ExportItem item) =>
        item.Item.Output.Length == 0 ? [ItemLosses.NoOutput] : ItemLosses.Of(item.Item, ItemParts.Assets | ItemParts.Summaries);

    public Task WriteAsync(IExportSource source, PipeWriter output, CancellationToken cancellationToken) => ExportZip.WriteAsync(
        output,
        async archive =>
        {
            var (task, time) = (source.Dataset.TaskName, source.Dataset.CreatedAt);
            await archive.AddAsync($"data/{task}/samples.jsonl", pipe => JsonLinesExporter.WriteLinesAsync(source, pipe, Write, cancellationToken), time, cancellationToken);
            await archive.AddTextAsync(
                $"evals/{task}.yaml",
                $"""
                {task}:
                  id: {task}.test.v{source.Dataset.Version}
                  description: {JsonObjects.OfText(source.Dataset.Name).GetRawText()}
                  metrics: [accuracy]

                {task}.test.v{source.Dataset.Version}:
                  class: evals.elsuite.basic.match:Match
                  args:
                    samples_jsonl: {task}/samples.jsonl

                """,
                time,
                cancellationToken);
        },
        cancellationToken);

    private static bool Write(Utf8JsonWriter writer, ExportItem exported)
    {
        var item = exported.Item;
        if (item.Output.Length == 0)
        {
            return false;
        }

        writer.WriteStartObject();
        ItemJson.Messages(writer, "input", item, withOutput: false);
        ItemJson.Text(writer, "ideal", item.Output);
        ItemJson.Rest(writer, "metadata", exported, ItemParts.AllButHistory);
        writer.WriteEndObject();
        return true;
    }
}
