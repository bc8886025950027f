using System.Globalization;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>Our messages of one of OpenCode's.</summary>
internal static class OpenCodeMessages
{
    private const string Separator = "\n\n";

    public static IReadOnlyList<Message> Of(OpenCodeMessage message, bool isChild) => message.Info.MemberText("role") switch
    {
        "user" => Prompt(message) is { } prompt ? [isChild ? SessionFacts.OfAgent(prompt) : prompt] : [],
        "assistant" when !message.Info.MemberIsTrue("summary") => Answers(message),
        _ => [],
    };

    private static Message? Prompt(OpenCodeMessage message)
    {
        List<string> texts = [];
        List<MessagePart> images = [];
        foreach (var part in message.Parts)
        {
            switch (part.MemberText("type"))
            {
                case "text" when Said(part) is { } text:
                    texts.Add(text);
                    break;
                case "subtask" when part.MemberText("prompt") is { } text:
                    texts.Add(text);
                    break;
                case "file" when Image(part) is { } image:
                    images.Add(image);
                    break;
            }
        }

        return texts.Count == 0 && images.Count == 0 ? null : new Message
        {
            ExternalId = SessionFacts.Id(message.Info.MemberText("id")),
            Role = MessageRole.User,
            Content = string.Join(Separator, texts),
            Parts = images,
            CreatedAt = OpenCodeSession.Time(message.Info, "created"),
        };
    }

    private static List<Message> Answers(OpenCodeMessage message)
    {
        List<Message> made = [];
        List<string> texts = [];
        List<MessagePart> parts = [];
        List<Message> results = [];
        foreach (var part in message.Parts)
        {
            switch (part.MemberText("type"))
            {
                case "text" when Said(part) is { } text:
                    EndBeforeMore();
                    texts.Add(text);
                    break;
                case "reasoning" when part.MemberText("text") is { } thought && !string.IsNullOrWhiteSpace(thought):
                    EndBeforeMore();
                    parts.Add(new MessagePart { Type = MessagePartType.Reasoning, Text = thought });
                    break;
                case "file" when Image(part) is { } image:
                    parts.Add(image);
                    break;
                case "tool":
                    parts.Add(Call(part));
                    if (Result(part) is { } result)
                    {
                        results.Add(result);
                    }

                    break;
            }
        }

        End();
        return made;

        // What comes after a tool is said with its result at hand.
        void EndBeforeMore()
        {
            if (parts.Exists(part => part.Type == MessagePartType.ToolCall))
            {
                End();
            }
        }

        void End()
        {
            if (texts.Count > 0 || parts.Count > 0)
            {
                made.Add(Named(new Message
                {
                    Role = MessageRole.Assistant,
                    Content = string.Join(Separator, texts),
                    Parts = [.. parts],
                    Model = OpenCodeSession.Named(message.Info, "modelID"),
                    Tokens = made.Count == 0 && OpenCodeUsage.Of(message) is { HasTokens: true } usage ? usage.Output + usage.Reasoning : null,
                    CreatedAt = OpenCodeSession.Time(message.Info, "created"),
                }));
                foreach (var result in results)
                {
                    made.Add(Named(result));
                }
            }

            texts.Clear();
            parts.Clear();
            results.Clear();
        }

        Message Named(Message one) => message.Info.MemberText("id") is not { } id ? one : one with
        {
            ExternalId = SessionFacts.Id(made.Count == 0 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}#{made.Count + 1}")),
        };
    }

    private static MessagePart Call(JsonElement part) => new()
    {
        Type = MessagePartType.ToolCall,
        CallId = SessionFacts.Short(part.MemberText("callID") ?? part.MemberText("id")),
        Name = SessionFacts.Short(part.MemberText("tool")),
        Input = part.Member("state")?.Member("input")?.Clone(),
    };

    /// <summary>What the tool gave back; null while it has not.</summary>
    private static Message? Result(JsonElement part)
    {
        var state = part.Member("state") ?? default;
        var isError = state.MemberText("status") == "error";
        if (!isError && state.MemberText("status") != "completed")
        {
            return null;
        }

        var said = (isError ? state.MemberText("error") ?? state.MemberText("output") : state.MemberText("output")) ?? "";
        return new Message
        {
            Role = MessageRole.Tool,
            Content = said,
            Parts =
            [
                new MessagePart
                {
                    Type = MessagePartType.ToolResult,
                    CallId = SessionFacts.Short(part.MemberText("callID") ?? part.MemberText("id")),
                    Name = SessionFacts.Short(part.MemberText("tool")),
                    Text = said,
                    IsError = isError ? true : null,
                },
                .. (state.Member("attachments") ?? default).Items.Select(Image).OfType<MessagePart>(),
            ],
            CreatedAt = OpenCodeSession.Time(state, "end"),
        };
    }

    private static string? Said(JsonElement part) =>
        !part.MemberIsTrue("synthetic") && !part.MemberIsTrue("ignored") && part.MemberText("text") is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static MessagePart? Image(JsonElement part) =>
        part.MemberText("mime") is { } type && type.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
            ? SessionFacts.Image(type, null, part.MemberText("url"), part.MemberText("filename"))
            : null;
}
