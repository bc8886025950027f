using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>Pieces that several formats write.</summary>
internal static class ItemJson
{
    public static void Text(Utf8JsonWriter writer, string name, string text)
    {
        writer.WritePropertyName(name);
        JsonText.WriteText(writer, text);
    }

    /// <summary>The history and then the input, as <c>{"role","content"}</c>; with the output at the end where it is asked for.</summary>
    public static void Messages(Utf8JsonWriter writer, string name, DatasetItem item, bool withOutput)
    {
        writer.WriteStartArray(name);
        foreach (var message in item.History)
        {
            Message(writer, message.Type.ToRole(), message.Content);
        }

        Message(writer, "user", item.Input);
        if (withOutput)
        {
            Message(writer, "assistant", item.Output);
        }

        writer.WriteEndArray();
    }

    /// <summary>What a format has no field of its own for, under our names: the item's id, its section, and those of the parts that have a value.</summary>
    public static void Rest(Utf8JsonWriter writer, string name, ExportItem exported, ItemParts parts)
    {
        writer.WriteStartObject(name);
        RestMembersOf(writer, exported, parts);
        writer.WriteEndObject();
    }

    /// <summary>The same as a JSON text: tools that make a table of the lines need the same columns in all of them.</summary>
    public static void RestText(Utf8JsonWriter writer, string name, ExportItem exported, ItemParts parts) =>
        Text(writer, name, JsonObjects.MakeText(inner =>
        {
            inner.WriteStartObject();
            RestMembersOf(inner, exported, parts);
            inner.WriteEndObject();
        }));

    /// <summary>Its members alone.</summary>
    public static void RestMembersOf(Utf8JsonWriter writer, ExportItem exported, ItemParts parts)
    {
        var (item, section) = exported;
        var fields = new FieldWriter(writer, AllKeys: false);
        fields.Text("id", item.Id?.Value);
        fields.Text("section", section);
        if (parts.HasFlag(ItemParts.History) && item.History.Count > 0)
        {
            History(writer, "history", item);
        }

        Object(fields, "context", item.Context, parts.HasFlag(ItemParts.Context));
        Object(fields, "participant_data", item.ParticipantData, parts.HasFlag(ItemParts.ParticipantData));
        Object(fields, "session_state", item.SessionState, parts.HasFlag(ItemParts.SessionState));
        if (parts.HasFlag(ItemParts.Assets))
        {
            fields.List("assets", item.Assets, asset => DatasetItemWriter.Write(writer, asset));
        }

        if (parts.HasFlag(ItemParts.Source) && item.Source is not null)
        {
            writer.WritePropertyName("source");
            DatasetItemWriter.Write(writer, item.Source);
        }

        Object(fields, "metadata", item.Metadata, parts.HasFlag(ItemParts.Metadata));
        if (parts.HasFlag(ItemParts.Question))
        {
            fields.Text("type", item.Type);
            fields.Element("choices", item.Choices);
            fields.Element("answer", item.Answer);
            fields.Element("criteria", item.Criteria);
        }
    }

    public static void History(Utf8JsonWriter writer, string name, DatasetItem item)
    {
        writer.WriteStartArray(name);
        foreach (var message in item.History)
        {
            DatasetItemWriter.Write(writer, message);
        }

        writer.WriteEndArray();
    }

    /// <summary>Passages that an answer is to be grounded in, where the context has a list of texts for them.</summary>
    public static void RetrievedContexts(Utf8JsonWriter writer, string name, DatasetItem item)
    {
        writer.WriteStartArray(name);
        foreach (var passage in RetrievedContexts(item))
        {
            JsonText.WriteText(writer, passage);
        }

        writer.WriteEndArray();
    }

    /// <summary>The whole prompt as one text: the input alone, or after the history, each message with its speaker.</summary>
    public static string Prompt(DatasetItem item) =>
        item.History.Count == 0
            ? item.Input
            : string.Concat(item.History.Select(message => $"{message.Type.ToRole()}: {message.Content}\n")) + $"user: {item.Input}\nassistant:";

    private static IEnumerable<string> RetrievedContexts(DatasetItem item)
    {
        foreach (var name in (ReadOnlySpan<string>)["retrieved_contexts", "retrieval_context", "contexts"])
        {
            if (item.Context.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.String))
            {
                return [.. list.EnumerateArray().Select(entry => entry.GetString()!)];
            }
        }

        return [];
    }

    private static void Message(Utf8JsonWriter writer, string role, string content)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        Text(writer, "content", content);
        writer.WriteEndObject();
    }

    private static void Object(FieldWriter fields, string name, JsonElement element, bool isWanted)
    {
        if (isWanted && !JsonObjects.IsEmpty(element))
        {
            fields.Element(name, element);
        }
    }

}
