using System.Text.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary><c>{"messages":[…]}</c> a line, that ends with the assistant: history, input, output. OpenAI's service asks for ten lines at least.</summary>
public sealed class OpenAiFineTuneExporter : JsonLinesExporter
{
    public override string Format => "openai-finetune";

    public override string DisplayName => "OpenAI fine-tuning";

    public override string Summary => "A chat a line, for training.";

    public override IEnumerable<string> Losses(ExportItem item) =>
        item.Item.Output.Length == 0 ? [ItemLosses.NoOutput] : ItemLosses.Of(item.Item, ItemParts.Summaries | ItemParts.AllButHistory | ItemParts.Section);

    protected override bool Write(Utf8JsonWriter writer, ExportItem exported)
    {
        if (exported.Item.Output.Length == 0)
        {
            return false;
        }

        writer.WriteStartObject();
        ItemJson.Messages(writer, "messages", exported.Item, withOutput: true);
        writer.WriteEndObject();
        return true;
    }
}
