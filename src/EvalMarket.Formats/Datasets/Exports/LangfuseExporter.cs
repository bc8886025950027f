using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>Dataset items for Langfuse: <c>id, input, expectedOutput, metadata</c>. With a history the input is a list of chat messages.</summary>
public sealed class LangfuseExporter : JsonLinesExporter
{
    public override string Format => "langfuse";

    public override string DisplayName => "Langfuse";

    public override string Summary => "A dataset item a line.";

    public override IEnumerable<string> Losses(ExportItem item) => ItemLosses.Of(item.Item, ItemParts.Assets | ItemParts.Summaries);

    protected override bool Write(Utf8JsonWriter writer, ExportItem exported)
    {
        var item = exported.Item;
        writer.WriteStartObject();
        new FieldWriter(writer, AllKeys: false).Text("id", item.Id?.Value);
        if (item.History.Count == 0)
        {
            ItemJson.Text(writer, "input", item.Input);
        }
        else
        {
            ItemJson.Messages(writer, "input", item, withOutput: false);
        }

        new FieldWriter(writer, AllKeys: true).Text("expectedOutput", item.Output.Length == 0 ? null : item.Output);
        ItemJson.Rest(writer, "metadata", exported, ItemParts.AllButHistory);
        writer.WriteEndObject();
        return true;
    }
}
