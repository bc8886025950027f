using System.Globalization;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>Makes messages of what a Gemini CLI file records as one.</summary>
internal static class GeminiCliMessages
{
    private const string Separator = "\n\n";

    private static readonly string[] ContextBeginnings = ["<session_context>", "<hook_context>"];

    /// <summary>The prompt; nothing when the person typed none.</summary>
    public static IReadOnlyList<Message> OfPrompt(JsonElement value)
    {
        // What a command of the person's own stands for is in the content only.
        var seen = Texts(value.Member("displayContent")).Trim();
        var content = value.Member("content") ?? value.Member("parts");
        var text = seen.Length > 0 && !IsCommand(seen) ? seen : Texts(content).Trim();
        var images = Images(content);
        if (IsCommand(text) || (text.Length == 0 && images.Count == 0))
        {
            return [];
        }

        return
        [
            new Message
            {
                ExternalId = SessionFacts.Id(value.MemberText("id")),
                Role = MessageRole.User,
                Content = text,
                Parts = images,
                CreatedAt = value.MemberTime("timestamp"),
            },
        ];
    }

    /// <summary>The answer, and the results of the tools that it called.</summary>
    public static IReadOnlyList<Message> OfAnswer(JsonElement value, GeminiCliTokens? tokens)
    {
        var id = value.MemberText("id");
        var time = value.MemberTime("timestamp");
        var content = value.Member("content") ?? value.Member("parts");
        var calls = (value.Member("toolCalls") ?? default).Items.Where(call => call.ValueKind == JsonValueKind.Object).ToList();
        var text = Texts(content);
        List<MessagePart> parts = [.. (value.Member("thoughts") ?? default).Items.Select(Thought).OfType<MessagePart>(), .. Images(content), .. calls.Select(Call)];
        List<Message> messages = [];
        if (!string.IsNullOrWhiteSpace(text) || parts.Count > 0)
        {
            messages.Add(new Message
            {
                ExternalId = SessionFacts.Id(id),
                Role = MessageRole.Assistant,
                Content = text,
                Parts = parts,
                Model = SessionFacts.Short(value.MemberText("model")),
                Tokens = tokens?.Completion,
                CreatedAt = time,
            });
        }

        foreach (var call in calls)
        {
            if (Result(call) is { } result)
            {
                messages.Add(new Message
                {
                    ExternalId = id is null ? null : SessionFacts.Id(string.Create(CultureInfo.InvariantCulture, $"{id}#{messages.Count + 1}")),
                    Role = MessageRole.Tool,
                    Content = result.Text ?? "",
                    Parts = [result, .. Images(call.Member("result"))],
                    CreatedAt = call.MemberTime("timestamp") ?? time,
                });
            }
        }

        return messages;
    }

    private static bool IsCommand(string text) => text is ['/' or '?', ..] || IsContext(text);

    private static bool IsContext(string text) =>
        ContextBeginnings.Any(beginning => text.AsSpan().TrimStart().StartsWith(beginning, StringComparison.Ordinal));

    private static MessagePart Call(JsonElement call) => new()
    {
        Type = MessagePartType.ToolCall,
        CallId = SessionFacts.Short(call.MemberText("id")),
        Name = SessionFacts.Short(call.MemberText("name")),
        Input = SessionFacts.Arguments(call.Member("args")),
    };

    private static MessagePart? Result(JsonElement call)
    {
        var said = call.Member("result") switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { } parts => string.Join(Separator, Parts(parts).Select(Response).OfType<string>()),
            null => "",
        };
        if (said.Length == 0)
        {
            said = call.MemberText("resultDisplay") ?? "";
        }

        var isError = call.MemberText("status") == "error";
        return said.Length == 0 && !isError ? null : new MessagePart
        {
            Type = MessagePartType.ToolResult,
            CallId = SessionFacts.Short(call.MemberText("id")),
            Text = said,
            IsError = isError ? true : null,
        };
    }

    private static string? Response(JsonElement part) => part.Member("functionResponse")?.Member("response") switch
    {
        null => Text(part),
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } response => response.MemberText("output") ?? response.MemberText("error") ?? response.GetRawText(),
    };

    private static MessagePart? Thought(JsonElement thought)
    {
        var text = thought.ValueKind == JsonValueKind.String
            ? thought.GetString()!
            : string.Join('\n', new[] { thought.MemberText("subject"), thought.MemberText("description") ?? thought.MemberText("summary") ?? thought.MemberText("text") }
                .Where(line => !string.IsNullOrWhiteSpace(line)));
        return string.IsNullOrWhiteSpace(text) ? null : new MessagePart { Type = MessagePartType.Reasoning, Text = text };
    }

    /// <summary>Text, one part, or a list of texts and parts; contexts that the program puts before a prompt are left out.</summary>
    private static string Texts(JsonElement? content) => content is { } given
        ? string.Join(Separator, Parts(given).Select(Text).Where(text => !string.IsNullOrWhiteSpace(text) && !IsContext(text)))
        : "";

    private static IEnumerable<JsonElement> Parts(JsonElement content) => content.ValueKind == JsonValueKind.Array ? content.Items : [content];

    private static string? Text(JsonElement part) => part.ValueKind == JsonValueKind.String ? part.GetString() : part.MemberText("text");

    private static List<MessagePart> Images(JsonElement? content) =>
        content is { } given ? [.. Parts(given).Select(Image).OfType<MessagePart>()] : [];

    private static MessagePart? Image(JsonElement part)
    {
        var data = part.Member("inlineData") ?? part.Member("fileData") ?? default;
        return data.MemberText("mimeType") is { } type && type.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
            ? SessionFacts.Image(type, data.MemberText("data"), data.MemberText("fileUri"), data.MemberText("displayName"))
            : null;
    }
}
