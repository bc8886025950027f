using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>
/// A JSON array for DeepEval's <c>add_goldens_from_json_file</c>, with its default names. <c>context</c> are the contents of the history, as in the
/// export of sessions; the rest is in <c>additional_metadata</c>.
/// </summary>
public sealed class DeepEvalGoldensExporter : IDatasetExporter
{
    public string Format => "deepeval-goldens";

    public string DisplayName => "DeepEval goldens";

    public string Summary => "A JSON array of goldens.";

    public string ContentType => "application/json";

    public string FileExtension => "json";

    public IEnumerable<string> Losses(ExportItem item) => ItemLosses.Of(item.Item, ItemParts.Assets);

    public async Task WriteAsync(IExportSource source, PipeWriter output, CancellationToken cancellationToken)
    {
        var stream = new ExportStream(output);
        using var writer = new Utf8JsonWriter(stream, JsonText.WriterOptions);
        var any = false;
        await foreach (var item in source.ReadAsync(cancellationToken))
        {
            stream.Write(any ? ",\n"u8 : "[\n"u8);
            any = true;
            writer.Reset(stream);
            Write(writer, item);
            writer.Flush();
            if (!await stream.FlushWhenFullAsync(cancellationToken))
            {
                return;
            }
        }

        stream.Write(any ? "\n]\n"u8 : "[]"u8);
        await stream.FlushAsync(cancellationToken);
    }

    private static void Write(Utf8JsonWriter writer, ExportItem exported)
    {
        var item = exported.Item;
        writer.WriteStartObject();
        ItemJson.Text(writer, "input", item.Input);
        writer.WriteNull("actual_output");
        new FieldWriter(writer, AllKeys: true).Text("expected_output", item.Output.Length == 0 ? null : item.Output);
        writer.WriteStartArray("context");
        foreach (var message in item.History)
        {
            JsonText.WriteText(writer, message.Content);
        }

        writer.WriteEndArray();
        ItemJson.RetrievedContexts(writer, "retrieval_context", item);
        ItemJson.Rest(writer, "additional_metadata", exported, ItemParts.History | ItemParts.AllButHistory);
        new FieldWriter(writer, AllKeys: false).Text("name", item.Id?.Value);
        writer.WriteEndObject();
    }
}
