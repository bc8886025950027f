using System.Text.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>Our own lines, as they are stored (see <see cref="DatasetItemWriter"/>).</summary>
public sealed class JsonlExporter : JsonLinesExporter
{
    public override string Format => "jsonl";

    public override string DisplayName => "JSONL";

    public override string Summary => "A line an item, with everything that it has; can be sent back.";

    public override IEnumerable<string> Losses(ExportItem item) => ItemLosses.Of(item.Item, ItemParts.Section | ItemParts.Assets);

    protected override bool Write(Utf8JsonWriter writer, ExportItem exported)
    {
        DatasetItemWriter.Write(writer, exported.Item);
        return true;
    }
}
