using System.Text.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>Rows for MLflow 3's <c>mlflow.genai.evaluate</c>: <c>inputs{messages, context?…}, expectations{expected_response}, tags{id, section}</c>.</summary>
public sealed class MlflowExporter : JsonLinesExporter
{
    public override string Format => "mlflow";

    public override string DisplayName => "MLflow";

    public override string Summary => "A row of inputs and expectations a line.";

    public override IEnumerable<string> Losses(ExportItem item) =>
        ItemLosses.Of(item.Item, ItemParts.Assets | ItemParts.Summaries | ItemParts.Source | ItemParts.Metadata | ItemParts.Question);

    protected override bool Write(Utf8JsonWriter writer, ExportItem exported)
    {
        var item = exported.Item;
        writer.WriteStartObject();
        writer.WriteStartObject("inputs");
        ItemJson.Messages(writer, "messages", item, withOutput: false);
        foreach (var (name, element) in new[] { ("context", item.Context), ("participant_data", item.ParticipantData), ("session_state", item.SessionState) })
        {
            if (!JsonObjects.IsEmpty(element))
            {
                writer.WritePropertyName(name);
                Json.JsonText.WriteElement(writer, element);
            }
        }

        writer.WriteEndObject();
        writer.WriteStartObject("expectations");
        if (item.Output.Length > 0)
        {
            ItemJson.Text(writer, "expected_response", item.Output);
        }

        writer.WriteEndObject();
        ItemJson.Rest(writer, "tags", exported, ItemParts.None);
        writer.WriteEndObject();
        return true;
    }
}
