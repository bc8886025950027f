using System.Buffers;
using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Bundles.Grading;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>
/// Makes tasks and answers of a dataset's items. The prompt is the history, the input and the choices, if there are any; the answer is the item's <c>answer</c>, else its output. An item's own criteria are
/// taken when they are good; else there is one, by what the answer is: a number, yes or no, a few words, or text that a jury compares. Items without an answer make no task.
/// </summary>
public static class ItemTasks
{
    /// <summary>Longer answers are compared by their meaning.</summary>
    private const int FewWords = 60;

    private const string UsualQuestion = "Does the response say the same as the reference answer in everything that matters, and nothing that contradicts it?";

    /// <summary>The entries for both files as JSON, or null when the item has no answer.</summary>
    /// <param name="template">How items without criteria of their own are graded. A type that the answer does not fit is not taken.</param>
    /// <param name="file">Its reference file; empty for none.</param>
    public static (byte[] Task, byte[] Answer)? Of(DatasetItem item, CriteriaTemplate template, string file)
    {
        if (!HasAnswer(item))
        {
            return null;
        }

        var answer = item.Answer is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given ? given : (JsonElement?)null;
        var id = item.Id?.Value ?? throw new ArgumentException("The item has no id.", nameof(item));
        var reference = answer ?? Element(writer => JsonText.WriteText(writer, item.Output));
        var task = Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("task_id", id);
            writer.WritePropertyName("task_prompt");
            JsonText.WriteText(writer, Prompt(item));
            WriteFile(writer, file);
            writer.WriteEndObject();
        });
        var key = Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("task_id", id);
            writer.WritePropertyName("answer");
            JsonText.WriteElement(writer, reference);
            WriteFile(writer, file);
            writer.WritePropertyName("criteria");
            if (item.Criteria is { ValueKind: JsonValueKind.Array } own && AreGood(own, reference))
            {
                JsonText.WriteElement(writer, own);
            }
            else
            {
                WriteCriteria(writer, reference, template);
            }

            writer.WriteNumber("passThreshold", template.PassThreshold);
            writer.WriteEndObject();
        });
        return (task, key);
    }

    /// <summary>Whether an item makes a task.</summary>
    public static bool HasAnswer(DatasetItem item) => item.Answer is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } || !string.IsNullOrWhiteSpace(item.Output);

    private static string Prompt(DatasetItem item)
    {
        var prompt = new StringBuilder();
        foreach (var message in item.History)
        {
            prompt.Append(message.Type switch { HistoryMessageType.Human => "User: ", HistoryMessageType.Ai => "Assistant: ", _ => "System: " }).Append(message.Content).Append("\n\n");
        }

        prompt.Append(item.History.Count > 0 ? "User: " : "").Append(item.Input);
        if (item.Choices is { ValueKind: JsonValueKind.Array } choices)
        {
            prompt.Append('\n');
            foreach (var choice in choices.EnumerateArray())
            {
                prompt.Append("\n- ").Append(choice.ValueKind == JsonValueKind.String ? choice.GetString() : choice.GetRawText());
            }
        }

        return prompt.ToString();
    }

    private static void WriteFile(Utf8JsonWriter writer, string file)
    {
        writer.WritePropertyName("reference_file");
        JsonText.WriteText(writer, file);
    }

    private static void WriteCriteria(Utf8JsonWriter writer, JsonElement answer, CriteriaTemplate template)
    {
        writer.WriteStartArray();
        foreach (var (index, criterion) in template.Criteria.Index())
        {
            var type = criterion.Type is { } wanted && Fits(criterion, wanted, answer) ? wanted : Guess(answer);
            writer.WriteStartObject();
            writer.WriteString("id", $"c{index + 1}");
            writer.WritePropertyName("name");
            JsonText.WriteText(writer, criterion.Name);
            writer.WriteString("type", type.ToWire());
            writer.WritePropertyName("description");
            JsonText.WriteText(writer, criterion.Description.Length > 0 && (type == CriterionType.Regex || criterion.Type != CriterionType.Regex) ? criterion.Description : Describe(type));
            writer.WriteNumber("weight", criterion.Weight);
            if (type == CriterionType.Semantic)
            {
                writer.WritePropertyName("semanticPrompt");
                JsonText.WriteText(writer, criterion.SemanticPrompt.Length > 0 ? criterion.SemanticPrompt : UsualQuestion);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string Describe(CriterionType type) => type switch
    {
        CriterionType.Numeric => "The number is the reference's",
        CriterionType.Binary => "Yes or no as in the reference",
        CriterionType.Lexical => "The words of the reference",
        _ => "Says the same as the reference answer",
    };

    private static CriterionType Guess(JsonElement answer)
    {
        var text = answer.ValueKind == JsonValueKind.String ? answer.GetString()!.Trim() : null;
        return answer.ValueKind == JsonValueKind.Number || (text is not null && NumberText.Whole(text) is not null) ? CriterionType.Numeric
            : answer.ValueKind is JsonValueKind.True or JsonValueKind.False || text?.TrimEnd('.').ToLowerInvariant() is "yes" or "no" or "true" or "false" ? CriterionType.Binary
            : text is { Length: > 0 and <= FewWords } && !text.Contains('\n', StringComparison.Ordinal) ? CriterionType.Lexical
            : CriterionType.Semantic;
    }

    /// <summary>A scale cannot be made up.</summary>
    private static bool Fits(CriterionTemplate criterion, CriterionType type, JsonElement answer) =>
        type != CriterionType.Ordinal && (CriterionRule.Of(criterion.For("c", type), answer, out var problem) is not null || problem is null);

    private static bool AreGood(JsonElement criteria, JsonElement answer)
    {
        List<ContentError> errors = [];
        var entry = Element(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("task_id", "t");
            writer.WritePropertyName("answer");
            JsonText.WriteElement(writer, answer);
            writer.WritePropertyName("criteria");
            JsonText.WriteElement(writer, criteria);
            writer.WriteNumber("passThreshold", 100);
            writer.WriteEndObject();
        });
        return BundleAnswers.Read(entry, "", errors, new BundleBounds(), mayLackAnswer: false) is not null;
    }

    private static JsonElement Element(Action<Utf8JsonWriter> write) => JsonElement.Parse(Bytes(write));

    private static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.WriterOptions))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
