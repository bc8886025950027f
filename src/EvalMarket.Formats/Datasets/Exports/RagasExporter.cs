using System.Text.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>
/// Single-turn samples for Ragas' <c>EvaluationDataset.from_jsonl</c>: <c>user_input, retrieved_contexts, reference</c>. The response is what a run adds.
/// Retrieved contexts come from a list of texts <c>context.retrieved_contexts</c> (or <c>retrieval_context</c>, <c>contexts</c>).
/// </summary>
public sealed class RagasExporter : JsonLinesExporter
{
    public override string Format => "ragas";

    public override string DisplayName => "Ragas";

    public override string Summary => "A single-turn sample a line.";

    public override IEnumerable<string> Losses(ExportItem item) => ItemLosses.Of(item.Item, ItemParts.History | ItemParts.AllButHistory | ItemParts.Section);

    protected override bool Write(Utf8JsonWriter writer, ExportItem exported)
    {
        writer.WriteStartObject();
        ItemJson.Text(writer, "user_input", exported.Item.Input);
        ItemJson.RetrievedContexts(writer, "retrieved_contexts", exported.Item);
        ItemJson.Text(writer, "reference", exported.Item.Output);
        writer.WriteEndObject();
        return true;
    }
}
