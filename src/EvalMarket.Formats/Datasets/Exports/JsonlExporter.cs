using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>Our own lines, as they are stored (see <see cref="DatasetItemWriter"/>).</summary>
public sealed class JsonlExporter : JsonLinesExporter
{
    public override string Format => "jsonl";

    public override string DisplayName => "JSONL";

    public override string Summary => "A line an item, with everything that it has; can be sent back.";

    public override IEnumerable<string> Losses(ExportItem item) => ItemLosses.Of(item.Item, ItemParts.Section | ItemParts.Assets);

    /// <summary>Copied: what is stored is what is wanted.</summary>
    public override async Task WriteAsync(IExportSource source, PipeWriter output, CancellationToken cancellationToken)
    {
        var stream = new ExportStream(output);
        await foreach (var text in source.ReadTextAsync(cancellationToken))
        {
            stream.Write(text.Span);
            if (!await stream.FlushWhenFullAsync(cancellationToken))
            {
                return;
            }
        }

        await stream.FlushAsync(cancellationToken);
    }

    protected override bool Write(Utf8JsonWriter writer, ExportItem exported)
    {
        DatasetItemWriter.Write(writer, exported.Item);
        return true;
    }
}
