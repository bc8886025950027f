using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>
/// Test cases for promptfoo (<c>tests: file://….jsonl</c>): <c>description, vars, assert, metadata</c>. The variables are <c>input</c> and, where there
/// are some, <c>history</c> (as text), <c>context, participant_data, session_state</c> (as objects). The expected output is an <c>equals</c> assertion.
/// promptfoo renders variables and expected values as templates and takes <c>file://</c> for a path; such texts are written so that they come out as they are.
/// </summary>
public sealed class PromptfooExporter : JsonLinesExporter
{
    private const int DescriptionCharacters = 80;

    public override string Format => "promptfoo";

    public override string DisplayName => "promptfoo";

    public override string Summary => "A test case a line.";

    public override IEnumerable<string> Losses(ExportItem item) => ItemLosses.Of(item.Item, ItemParts.Assets);

    protected override bool Write(Utf8JsonWriter writer, ExportItem exported)
    {
        var item = exported.Item;
        writer.WriteStartObject();
        ItemJson.Text(writer, "description", Description(item.Input));
        writer.WriteStartObject("vars");
        ItemJson.Text(writer, "input", Plain(item.Input));
        if (item.History.Count > 0)
        {
            ItemJson.Text(writer, "history", Plain(HistoryText.Format(item.History)));
        }

        WriteObject(writer, "context", item.Context);
        WriteObject(writer, "participant_data", item.ParticipantData);
        WriteObject(writer, "session_state", item.SessionState);
        writer.WriteEndObject();
        if (item.Output.Length > 0)
        {
            writer.WriteStartArray("assert");
            writer.WriteStartObject();
            writer.WriteString("type", "equals");
            ItemJson.Text(writer, "value", Plain(item.Output));
            writer.WriteString("metric", "expected_output");
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        ItemJson.Rest(writer, "metadata", exported, ItemParts.History | ItemParts.Assets | ItemParts.Source | ItemParts.Metadata | ItemParts.Question);
        writer.WriteEndObject();
        return true;
    }

    private static void WriteObject(Utf8JsonWriter writer, string name, JsonElement element)
    {
        if (!JsonObjects.IsEmpty(element))
        {
            writer.WritePropertyName(name);
            JsonText.WriteElement(writer, element);
        }
    }

    /// <summary>
    /// A text that promptfoo's templates give back as it is. Each brace that would begin a tag is an expression of its own: a fence of <c>raw</c> is left standing by newer versions
    /// (0.121) when what it fences looks like an unknown variable.
    /// </summary>
    private static string Plain(string text)
    {
        var isPath = text.StartsWith("file://", StringComparison.Ordinal) || text.StartsWith("package:", StringComparison.Ordinal);
        if (!isPath && !text.AsSpan().ContainsAny('{', '}'))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            // {{ {% {# begin tags; #} ends a comment, and is an error where none began.
            var next = i + 1 < text.Length ? text[i + 1] : ' ';
            var isTag = text[i] == '{' ? next is '{' or '%' or '#' : text[i] == '#' && next == '}';
            if (isTag || (isPath && i == 0))
            {
                plain.Append("{{ '").Append(text[i]).Append("' }}");
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }

    private static string Description(string input)
    {
        var line = input.ReplaceLineEndings(" ").Trim();
        var end = Math.Min(line.Length, DescriptionCharacters);
        return line.Length == end ? line : $"{line[..(char.IsHighSurrogate(line[end - 1]) ? end - 1 : end)]}…";
    }
}
