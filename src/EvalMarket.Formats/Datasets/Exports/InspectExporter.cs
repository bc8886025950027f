using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>
/// Samples for Inspect AI's <c>json_dataset</c>: <c>id, input, target, choices?, metadata</c>. With a history the input is a list of chat messages.
/// The target of a multiple-choice question is the letter of its choice.
/// </summary>
public sealed class InspectExporter : JsonLinesExporter
{
    public override string Format => "inspect";

    public override string DisplayName => "Inspect AI";

    public override string Summary => "A sample a line.";

    public override IEnumerable<string> Losses(ExportItem item) => ItemLosses.Of(item.Item, ItemParts.Assets | ItemParts.Summaries);

    protected override bool Write(Utf8JsonWriter writer, ExportItem exported)
    {
        var item = exported.Item;
        var choices = ItemChoices.Of(item) is { Gold: not null } found ? found : null;
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

        ItemJson.Text(writer, "target", choices?.Letter ?? item.Output);
        new FieldWriter(writer, AllKeys: false).List("choices", choices?.Texts ?? [], text => JsonText.WriteText(writer, text));
        ItemJson.Rest(writer, "metadata", exported, ItemParts.AllButHistory);
        writer.WriteEndObject();
        return true;
    }
}
