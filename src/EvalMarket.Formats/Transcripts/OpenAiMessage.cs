using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>Reads one message of the chat completions shape.</summary>
internal static class OpenAiMessage
{
    public static Message? Read(JsonElement element, string path, FieldChecks checks)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            checks.Add(path, "A message is a JSON object.");
            return null;
        }

        if (Role(element.MemberText("role")) is not { } role)
        {
            checks.Add(FieldChecks.At(path, "role"), "The role must be one of system, developer, user, assistant, tool, function.");
            return null;
        }

        List<MessagePart> parts = [];
        if (element.MemberText("reasoning_content") is { Length: > 0 } reasoning)
        {
            parts.Add(new MessagePart { Type = MessagePartType.Reasoning, Text = reasoning });
        }

        var content = Content(element.Member("content"), FieldChecks.At(path, "content"), checks, parts);
        if (content.Length == 0)
        {
            content = element.MemberText("refusal") ?? "";
        }

        AddCalls(element, parts);
        if (role == MessageRole.Tool)
        {
            parts.Insert(0, new MessagePart
            {
                Type = MessagePartType.ToolResult,
                CallId = SessionFacts.Short(element.MemberText("tool_call_id")),
                Name = SessionFacts.Short(element.MemberText("name")),
                Text = content,
            });
        }

        if (element.Member("content") is null && content.Length == 0 && parts.Count == 0)
        {
            checks.Add(FieldChecks.At(path, "content"), "A message needs content, or tool calls.");
        }

        return new Message { Role = role, Content = content, Parts = parts };
    }

    private static MessageRole? Role(string? role) => role switch
    {
        "system" or "developer" => MessageRole.System,
        "user" => MessageRole.User,
        "assistant" => MessageRole.Assistant,
        "tool" or "function" => MessageRole.Tool,
        _ => null,
    };

    private static string Content(JsonElement? content, string path, FieldChecks checks, List<MessagePart> parts)
    {
        switch (content)
        {
            case null:
                return "";
            case { ValueKind: JsonValueKind.String } text:
                return text.GetString()!;
            case { ValueKind: JsonValueKind.Array } list:
                List<string> texts = [];
                foreach (var item in list.Items)
                {
                    if (item.ValueKind == JsonValueKind.String)
                    {
                        texts.Add(item.GetString()!);
                    }
                    else if (Address(item) is { } url)
                    {
                        parts.Add(SessionFacts.Image(null, null, url));
                    }
                    else if ((item.MemberText("text") ?? item.MemberText("refusal")) is { } said)
                    {
                        texts.Add(said);
                    }
                }

                return string.Join("\n\n", texts);
            default:
                checks.Add(path, "Content is text, or a list of parts.");
                return "";
        }
    }

    /// <summary><c>{"type":"image_url","image_url":{"url"}}</c>, or the address itself (<c>input_image</c>).</summary>
    private static string? Address(JsonElement item) => item.Member("image_url") switch
    {
        { ValueKind: JsonValueKind.String } url => url.GetString(),
        { } image => image.MemberText("url"),
        null => null,
    };

    private static void AddCalls(JsonElement element, List<MessagePart> parts)
    {
        foreach (var call in element.Member("tool_calls")?.Items ?? [])
        {
            var function = call.Member("function") ?? call.Member("custom") ?? call;
            parts.Add(Call(function, call.MemberText("id")));
        }

        // The form before tool_calls.
        if (element.Member("function_call") is { ValueKind: JsonValueKind.Object } single)
        {
            parts.Add(Call(single, null));
        }
    }

    private static MessagePart Call(JsonElement function, string? id) => new()
    {
        Type = MessagePartType.ToolCall,
        CallId = SessionFacts.Short(id),
        Name = SessionFacts.Short(function.MemberText("name")),
        Input = SessionFacts.Arguments(function.Member("arguments") ?? function.Member("input")),
    };
}
