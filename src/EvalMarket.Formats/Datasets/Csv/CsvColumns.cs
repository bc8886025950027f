using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>A column of a file and where it goes.</summary>
/// <param name="Name">As the file has it, without the space around it.</param>
/// <param name="Target">Suggested, or as the mapping says.</param>
public sealed record CsvColumn(string Name, CsvTarget Target);

/// <summary>
/// Which column is what. Names are compared by whole words: <c>AI Response</c>, <c>ai_response</c> and <c>aiResponse</c> are one name, and
/// <c>email</c> has no <c>ai</c> in it. What has no meaning of its own becomes context.
/// </summary>
public static class CsvColumns
{
    /// <summary>Heads the rejects file; a column of this name is left out when the file is imported again.</summary>
    public const string RejectColumn = "Import error";

    // The first that a file has is taken.
    private static readonly string[] InputNames =
    [
        "human message", "input content", "human", "input", "user message", "user input", "human input", "question", "user question", "query", "user query", "prompt", "user prompt", "user",
        "inputs", "instruction", "message",
    ];

    private static readonly string[] OutputNames =
    [
        "ai response", "output content", "ai message", "ai", "expected output", "output", "ai output", "assistant response", "assistant message", "assistant", "expected response", "expected answer",
        "response", "answer", "reference answer", "reference", "ground truth", "ideal", "target", "correct answer", "best answer", "completion", "expected", "reply", "bot response", "model response", "actual output",
    ];

    private static readonly string[] HistoryNames = ["history", "chat history", "conversation history", "message history"];

    private static readonly string[] IdNames = ["id", "item id"];

    private static readonly string[] ConversationNames = ["conversation id", "conversation"];

    /// <summary>Columns for a file's first row, with everything that is wrong with it.</summary>
    /// <param name="header">The first row.</param>
    /// <param name="mapping">What goes where, by column name; columns that it does not name are suggested.</param>
    /// <param name="errors">Takes errors of the file as a whole.</param>
    public static IReadOnlyList<CsvColumn> Map(IReadOnlyList<string> header, IReadOnlyDictionary<string, CsvTarget>? mapping, ICollection<ContentError> errors)
    {
        List<string> names = [.. header.Select(name => CsvFormulas.Undo(name).Trim())];
        foreach (var name in names.Where(name => name.Length > 0).GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            errors.Add(new ContentError($"Two columns have the name \"{Shorten(name)}\".", Line: 1));
        }

        foreach (var name in (mapping?.Keys ?? []).Where(name => !names.Contains(name)))
        {
            errors.Add(new ContentError($"The mapping names a column \"{Shorten(name)}\", which the file does not have. Its columns are: {List(names)}.", FieldChecks.At("", name)));
        }

        var targets = new CsvTarget?[names.Count];
        for (var i = 0; i < names.Count; i++)
        {
            targets[i] = mapping?.GetValueOrDefault(names[i]) ?? Own(names[i], errors);
        }

        Suggest(names, targets, CsvField.Id, IdNames);
        Suggest(names, targets, CsvField.Section, ["section"]);
        Suggest(names, targets, CsvField.History, HistoryNames);
        Suggest(names, targets, CsvField.Input, InputNames);
        Suggest(names, targets, CsvField.Output, OutputNames);
        for (var i = 0; i < names.Count; i++)
        {
            targets[i] ??= new CsvTarget(CsvField.Context, [names[i]]);
        }

        CheckOnce(names, targets, errors);
        return [.. names.Select((name, index) => new CsvColumn(name, targets[index]!))];
    }

    /// <summary>Index of the column that parts conversations, or -1.</summary>
    internal static int Conversation(IReadOnlyList<CsvColumn> columns)
    {
        foreach (var name in ConversationNames)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                if (Words(columns[i].Name) == name)
                {
                    return i;
                }
            }
        }

        return -1;
    }

    /// <summary>Reads a mapping: <c>{"column": "target", …}</c>, see <see cref="CsvTarget.TryParse"/>. Null with errors when it is none.</summary>
    public static IReadOnlyDictionary<string, CsvTarget>? ReadMapping(string json, ICollection<ContentError> errors)
    {
        try
        {
            using var document = JsonDocument.Parse(json, JsonText.ReadOptions);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add(new ContentError("The mapping is an object: {\"column\": \"input\", \"other column\": \"context.topic\"}.", ""));
                return null;
            }

            var mapping = new Dictionary<string, CsvTarget>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind == JsonValueKind.Null)
                {
                    mapping[property.Name.Trim()] = new CsvTarget(CsvField.Ignore);
                }
                else if (property.Value.ValueKind == JsonValueKind.String && CsvTarget.TryParse(property.Value.GetString()!, out var target))
                {
                    mapping[property.Name.Trim()] = target;
                }
                else
                {
                    errors.Add(new ContentError(
                        "A column goes to id, section, input, output, history, context, participant_data, session_state, a key in one of the last three (context.topic), or ignore.",
                        FieldChecks.At("", property.Name)));
                }
            }

            return mapping;
        }
        catch (JsonException exception)
        {
            errors.Add(new ContentError($"The mapping: {JsonProblem.Describe(exception)}", ""));
            return null;
        }
    }

    /// <summary>What a name says by its form; null when it may be a synonym.</summary>
    private static CsvTarget? Own(string name, ICollection<ContentError> errors)
    {
        if (name.Length == 0 || name == RejectColumn)
        {
            return new CsvTarget(CsvField.Ignore);
        }

        var keys = name.Split('.');
        var field = Words(keys[0]) switch
        {
            "context" => CsvField.Context,
            "participant data" => CsvField.ParticipantData,
            "session state" => CsvField.SessionState,
            _ => default,
        };
        if (field == default)
        {
            return null;
        }

        if (keys.Skip(1).Contains(""))
        {
            errors.Add(new ContentError($"The column \"{Shorten(name)}\" has an empty key between its dots.", Line: 1));
        }

        return new CsvTarget(field, keys[1..]);
    }

    private static void Suggest(List<string> names, CsvTarget?[] targets, CsvField field, string[] synonyms)
    {
        if (targets.Any(target => target?.Field == field))
        {
            return;
        }

        foreach (var synonym in synonyms)
        {
            for (var i = 0; i < names.Count; i++)
            {
                if (targets[i] is null && Words(names[i]) == synonym)
                {
                    targets[i] = new CsvTarget(field);
                    return;
                }
            }
        }
    }

    private static void CheckOnce(List<string> names, CsvTarget?[] targets, ICollection<ContentError> errors)
    {
        foreach (var group in targets.OfType<CsvTarget>().Where(target => target.Field != CsvField.Ignore).GroupBy(target => target).Where(group => group.Count() > 1))
        {
            var own = Enumerable.Range(0, names.Count).Where(index => group.Key.Equals(targets[index])).Select(index => names[index]).ToList();
            if (own.Distinct(StringComparer.Ordinal).Count() > 1)
            {
                errors.Add(new ContentError($"More than one column goes to {group.Key}: {List(own)}.", Line: 1));
            }
        }

        // Without human messages a file can still update items that it names.
        if (!targets.Any(target => target?.Field is CsvField.Input or CsvField.Id))
        {
            errors.Add(new ContentError(
                $"No column holds the human message. Name one \"Human Message\" (or question, input, prompt, …), or say in the mapping which one it is. The first row has: {List(names)}.", Line: 1));
        }
    }

    /// <summary>The words of a name in lower case, with one space between them; what is no letter or digit parts words, and so does the hump of a camel.</summary>
    internal static string Words(string name)
    {
        var words = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var character = name[i];
            if (!char.IsLetterOrDigit(character))
            {
                Part(words);
                continue;
            }

            if (char.IsUpper(character) && i > 0 && (char.IsLower(name[i - 1]) || (char.IsUpper(name[i - 1]) && i + 1 < name.Length && char.IsLower(name[i + 1]))))
            {
                Part(words);
            }

            words.Append(char.ToLowerInvariant(character));
        }

        return words.ToString().TrimEnd();
    }

    private static void Part(StringBuilder words)
    {
        if (words.Length > 0 && words[^1] != ' ')
        {
            words.Append(' ');
        }
    }

    private static string List(List<string> names)
    {
        const int Shown = 20;
        var list = string.Join(", ", names.Take(Shown).Select(name => $"\"{Shorten(name)}\""));
        return names.Count > Shown ? $"{list} and {names.Count - Shown} more" : list;
    }

    private static string Shorten(string name) => name.Length <= 60 ? name : $"{name[..(char.IsHighSurrogate(name[58]) ? 58 : 59)]}…";
}
