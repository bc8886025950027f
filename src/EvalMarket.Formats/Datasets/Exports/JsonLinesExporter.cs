using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>A format that is one JSON object a line.</summary>
public abstract class JsonLinesExporter : IDatasetExporter
{
    public abstract string Format { get; }

    public abstract string DisplayName { get; }

    public abstract string Summary { get; }

    public string ContentType => "application/x-ndjson";

    public string FileExtension => "jsonl";

    public abstract IEnumerable<string> Losses(ExportItem item);

    public virtual async Task WriteAsync(IExportSource source, PipeWriter output, CancellationToken cancellationToken) =>
        await WriteLinesAsync(source, output, Write, cancellationToken);

    /// <summary>Writes an item's object; false for one that the format cannot have at all, when nothing has been written.</summary>
    protected abstract bool Write(Utf8JsonWriter writer, ExportItem exported);

    /// <summary>Lines of the items that <paramref name="write"/> writes. False when the reader has gone away.</summary>
    internal static async Task<bool> WriteLinesAsync(IExportSource source, PipeWriter output, Func<Utf8JsonWriter, ExportItem, bool> write, CancellationToken cancellationToken)
    {
        var stream = new ExportStream(output);
        using var writer = new Utf8JsonWriter(stream, JsonText.WriterOptions);
        await foreach (var item in source.ReadAsync(cancellationToken))
        {
            writer.Reset(stream);
            if (!write(writer, item))
            {
                continue;
            }

            writer.Flush();
            stream.Write("\n"u8);
            if (!await stream.FlushWhenFullAsync(cancellationToken))
            {
                return false;
            }
        }

        return await stream.FlushAsync(cancellationToken);
    }
}
