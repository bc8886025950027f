using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>
/// The lines that LM Evaluation Harness and LightEval read through Hugging Face's table loader, so with the same columns in each:
/// <c>id, section, prompt, target, choices, gold, metadata</c>, the last one a JSON text.
/// </summary>
internal static class TaskLines
{
    /// <summary>True when every item is a multiple-choice question whose right choice is known.</summary>
    public static async Task<bool> AreChoicesAsync(IExportSource source, CancellationToken cancellationToken)
    {
        var any = false;
        await foreach (var (item, _) in source.ReadAsync(cancellationToken))
        {
            if (ItemChoices.Of(item)?.Gold is null)
            {
                return false;
            }

            any = true;
        }

        return any;
    }

    public static bool Write(Utf8JsonWriter writer, ExportItem exported)
    {
        var item = exported.Item;
        var choices = ItemChoices.Of(item) is { Gold: not null } found ? found : new ItemChoices([item.Output], 0);
        writer.WriteStartObject();
        ItemJson.Text(writer, "id", item.Id?.Value ?? "");
        ItemJson.Text(writer, "section", exported.Section);
        ItemJson.Text(writer, "prompt", ItemJson.Prompt(item));
        ItemJson.Text(writer, "target", item.Output);
        new FieldWriter(writer, AllKeys: true).List("choices", choices.Texts, text => JsonText.WriteText(writer, text));
        writer.WriteNumber("gold", choices.Gold!.Value);
        ItemJson.RestText(writer, "metadata", exported, ItemParts.History | ItemParts.AllButHistory);
        writer.WriteEndObject();
        return true;
    }

    public static IEnumerable<string> Losses(ExportItem item)
    {
        foreach (var loss in ItemLosses.Of(item.Item, ItemParts.Assets))
        {
            yield return loss;
        }

        if (item.Item.History.Count > 0)
        {
            yield return "The history is part of one prompt text; the messages as such are in the metadata only.";
        }
    }
}
