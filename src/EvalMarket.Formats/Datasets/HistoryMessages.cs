using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Datasets;

/// <summary>Reads a history in its JSON shape: <c>[{"message_type":"human|ai|system","content","summary"}]</c>.</summary>
internal static class HistoryMessages
{
    public static List<HistoryMessage> Read(FieldChecks checks, JsonElement value, string path, UnknownProperties unknown)
    {
        List<HistoryMessage> messages = [];
        foreach (var (element, at) in checks.List(value, path))
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                messages.Add(ReadMessage(checks, element, at, unknown));
            }
            else
            {
                checks.Add(at, "A message is an object with message_type and content.");
            }
        }

        return messages;
    }

    private static HistoryMessage ReadMessage(FieldChecks checks, JsonElement element, string path, UnknownProperties unknown)
    {
        var message = new HistoryMessage(default, "");
        var hasContent = false;
        foreach (var property in element.EnumerateObject())
        {
            var value = property.Value;
            var at = FieldChecks.At(path, property.Name);
            switch (property.Name)
            {
                case "message_type" or "role" when TypeOf(property.Name, value) is { } type:
                    message = message with { Type = type };
                    break;
                case "content":
                    hasContent = true;
                    message = message with { Content = checks.Text(value, at) ?? "" };
                    break;
                case "summary":
                    message = message with { Summary = checks.Text(value, at) };
                    break;
                default:
                    if (property.Name != "message_type" && unknown == UnknownProperties.Refuse)
                    {
                        checks.Add(at, "There is no such property.");
                    }

                    break;
            }
        }

        if (message.Type == default)
        {
            checks.Add(FieldChecks.At(path, "message_type"), "The message_type must be one of human, ai, system.");
        }

        if (!hasContent)
        {
            checks.Add(FieldChecks.At(path, "content"), "A message needs content.");
        }

        return message;
    }

    /// <summary>Chat formats say <c>role</c> and <c>user</c>, <c>assistant</c>; they mean the same.</summary>
    private static HistoryMessageType? TypeOf(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        if (name == "message_type" && HistoryMessageTypes.TryParse(value.GetString(), out var type))
        {
            return type;
        }

        return name == "role" && WireNames.TryParse(value.GetString(), out MessageRole role) ? HistoryMessageTypes.Of(role) : null;
    }
}
