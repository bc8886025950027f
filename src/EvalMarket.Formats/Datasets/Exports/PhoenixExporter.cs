using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>
/// The body that Arize Phoenix takes at <c>POST /v1/datasets/upload</c>: <c>action, name, description</c>, and three lists of one length,
/// <c>inputs</c> (<c>input</c>, or <c>messages</c> with a history), <c>outputs</c> (<c>output</c>) and <c>metadata</c>.
/// </summary>
public sealed class PhoenixExporter : IDatasetExporter
{
    public string Format => "phoenix";

    public string DisplayName => "Arize Phoenix";

    public string Summary => "A JSON file to be uploaded as a dataset.";

    public string ContentType => "application/json";

    public string FileExtension => "json";

    /// <summary>One for each list.</summary>
    public int Passes => 3;

    public IEnumerable<string> Losses(ExportItem item) => ItemLosses.Of(item.Item, ItemParts.Assets | ItemParts.Summaries);

    public async Task WriteAsync(IExportSource source, PipeWriter output, CancellationToken cancellationToken)
    {
        var stream = new ExportStream(output);
        using var writer = new Utf8JsonWriter(stream, JsonText.WriterOptions);
        stream.Write("{\"action\":\"create\",\"name\":"u8);
        WriteText(source.Dataset.Name);
        stream.Write(",\n\"description\":"u8);
        WriteText(source.Dataset.Description);
        if (!await WriteListAsync("inputs"u8.ToArray(), WriteInput) || !await WriteListAsync("outputs"u8.ToArray(), WriteOutput)
            || !await WriteListAsync("metadata"u8.ToArray(), (_, item) => ItemJson.RestMembersOf(writer, item, ItemParts.AllButHistory)))
        {
            return;
        }

        stream.Write("}\n"u8);
        await stream.FlushAsync(cancellationToken);

        void WriteText(string text)
        {
            writer.Reset(stream);
            JsonText.WriteText(writer, text);
            writer.Flush();
        }

        async Task<bool> WriteListAsync(byte[] name, Action<Utf8JsonWriter, ExportItem> write)
        {
            stream.Write(",\n\""u8);
            stream.Write(name);
            stream.Write("\":["u8);
            var any = false;
            await foreach (var item in source.ReadAsync(cancellationToken))
            {
                stream.Write(any ? ",\n"u8 : "\n"u8);
                any = true;
                writer.Reset(stream);
                writer.WriteStartObject();
                write(writer, item);
                writer.WriteEndObject();
                writer.Flush();
                if (!await stream.FlushWhenFullAsync(cancellationToken))
                {
                    return false;
                }
            }

            stream.Write(any ? "\n]"u8 : "]"u8);
            return true;
        }
    }

    private static void WriteInput(Utf8JsonWriter writer, ExportItem exported)
    {
        if (exported.Item.History.Count == 0)
        {
            ItemJson.Text(writer, "input", exported.Item.Input);
        }
        else
        {
            ItemJson.Messages(writer, "messages", exported.Item, withOutput: false);
        }
    }

    private static void WriteOutput(Utf8JsonWriter writer, ExportItem exported)
    {
        if (exported.Item.Output.Length > 0)
        {
            ItemJson.Text(writer, "output", exported.Item.Output);
        }
    }
}
