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

    /// <summary>The entries for both files as JSON, or null when the item has no answer.</summary>
    /// <param name="type">Of the criterion for items that have none of their own; null to go by the answer. A type that the answer does not fit is not taken.</param>
    public static (byte[] Task, byte[] Answer)? Of(DatasetItem item, CriterionType? type)
    {
        var answer = item.Answer is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given ? given : (JsonElement?)null;
        if (answer is null && string.IsNullOrWhiteSpace(item.Output))
        {
            return null;
        }

        var id = item.Id?.Value ?? throw new ArgumentException("The item has no id.", nameof(item));
        var reference = answer ?? Element(writer => JsonText.WriteText(writer, item.Output));
        var task = Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("task_id", id);
            writer.WritePropertyName("task_prompt");
            JsonText.WriteText(writer, Prompt(item));
            writer.WriteString("reference_file", "");
            writer.WriteEndObject();
        });
        var key = Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("task_id", id);
            writer.WritePropertyName("answer");
            JsonText.WriteElement(writer, reference);
            writer.WriteString("reference_file", "");
            writer.WritePropertyName("criteria");
            if (item.Criteria is { ValueKind: JsonValueKind.Array } own && AreGood(own, reference))
            {
                JsonText.WriteElement(writer, own);
            }
            else
            {
                WriteCriterion(writer, reference, type);
            }

            writer.WriteNumber("passThreshold", 100);
            writer.WriteEndObject();
        });
        return (task, key);
    }

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

    private static void WriteCriterion(Utf8JsonWriter writer, JsonElement answer, CriterionType? asked)
    {
        var type = asked is { } wanted && Fits(wanted, answer) ? wanted : Guess(answer);
        writer.WriteStartArray();
        writer.WriteStartObject();
        writer.WriteString("id", "c1");
        writer.WriteString("name", "Answer");
        writer.WriteString("type", type.ToWire());
        writer.WriteString("description", type switch
        {
            CriterionType.Numeric => "The number is the reference's",
            CriterionType.Binary => "Yes or no as in the reference",
            CriterionType.Lexical => "The words of the reference",
            _ => "Says the same as the reference answer",
        });
        writer.WriteNumber("weight", 100);
        if (type == CriterionType.Semantic)
        {
            writer.WriteString("semanticPrompt", "Does the response say the same as the reference answer in everything that matters, and nothing that contradicts it?");
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static CriterionType Guess(JsonElement answer)
    {
        var text = answer.ValueKind == JsonValueKind.String ? answer.GetString()!.Trim() : null;
        return answer.ValueKind == JsonValueKind.Number || (text is not null && NumberText.Whole(text) is not null) ? CriterionType.Numeric
            : answer.ValueKind is JsonValueKind.True or JsonValueKind.False || text?.TrimEnd('.').ToLowerInvariant() is "yes" or "no" or "true" or "false" ? CriterionType.Binary
            : text is { Length: > 0 and <= FewWords } && !text.Contains('\n', StringComparison.Ordinal) ? CriterionType.Lexical
            : CriterionType.Semantic;
    }

    private static bool Fits(CriterionType type, JsonElement answer)
    {
        var criterion = new Criterion { Id = "c1", Name = "Answer", Type = type, Description = "", Weight = 100 };
        // A pattern or a scale cannot be made up.
        return type is not (CriterionType.Regex or CriterionType.Ordinal) && (CriterionRule.Of(criterion, answer, out var problem) is not null || problem is null);
    }

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
