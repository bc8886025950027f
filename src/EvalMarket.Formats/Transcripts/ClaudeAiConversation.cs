using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>Makes the session of one conversation of a Claude.ai export.</summary>
internal static class ClaudeAiConversation
{
    private static readonly string[] PictureEndings = [".png", ".jpg", ".jpeg", ".gif", ".webp"];

    public static Session Read(JsonElement conversation, string source)
    {
        List<string> files = [];
        List<Message> messages = [];
        foreach (var message in Path(conversation))
        {
            switch (message.MemberText("sender"))
            {
                case "human":
                    Add(Prompt(message, files));
                    break;
                case "assistant":
                    Add(Answer(message));
                    break;
            }
        }

        var times = messages.Select(message => message.CreatedAt).OfType<DateTimeOffset>().ToList();
        DateTimeOffset? first = times.Count > 0 ? times.Min() : null;
        DateTimeOffset? last = times.Count > 0 ? times.Max() : null;
        return new Session
        {
            ExternalId = SessionFacts.Id(conversation.MemberText("uuid")) ?? SessionFacts.HashOfBeginning(messages),
            Title = SessionFacts.Title(conversation.MemberText("name"), SessionFacts.FirstPrompt(messages)),
            Source = source,
            Project = SessionFacts.Short(conversation.Member("project")?.MemberText("name")),
            Model = SessionFacts.Short(conversation.MemberText("model")),
            Provider = "anthropic",
            DurationMs = (long?)(last - first)?.TotalMilliseconds,
            CreatedAt = conversation.MemberTime("created_at") ?? first,
            UpdatedAt = conversation.MemberTime("updated_at") ?? last,
            Metadata = MetadataObject.OfValues(
            [
                new("summary", conversation.MemberText("summary") is { Length: > 0 } summary ? summary : null),
                new("files", files.Count > 0 ? files : null),
            ]),
            Messages = messages,
        };

        void Add(Message message)
        {
            if (Turns.HasText(message) || message.Parts.Count > 0)
            {
                messages.Add(message);
            }
        }
    }

    private static IEnumerable<JsonElement> Path(JsonElement conversation)
    {
        var list = (conversation.Member("chat_messages") ?? default).Items.Where(message => message.ValueKind == JsonValueKind.Object).ToList();
        if (!list.TrueForAll(message => message.MemberText("uuid") is not null && message.MemberText("parent_message_uuid") is not null))
        {
            return list;
        }

        var nodes = list.ConvertAll(message => new ConversationNode(
            message.MemberText("uuid")!, message.MemberText("parent_message_uuid"), message.MemberTime("created_at")));
        return ConversationTree.ActivePath(nodes, conversation.MemberText("current_leaf_message_uuid")).Select(index => list[index]);
    }

    private static Message Prompt(JsonElement message, List<string> files)
    {
        var blocks = Blocks(message);
        List<string> texts = [blocks.Text];
        List<string> names = [];
        foreach (var attachment in (message.Member("attachments") ?? default).Items)
        {
            var name = SessionFacts.Short(attachment.MemberText("file_name"));
            if (attachment.MemberText("extracted_content") is { } extracted && !string.IsNullOrWhiteSpace(extracted))
            {
                texts.Add(name is null ? extracted : $"[{name}]\n{extracted}");
            }
            else if (name is not null)
            {
                names.Add(name);
            }
        }

        List<MessagePart> pictures = [];
        var sent = message.Member("files") is { ValueKind: JsonValueKind.Array } given ? given : message.Member("files_v2") ?? default;
        foreach (var file in sent.Items)
        {
            var name = SessionFacts.Short(file.MemberText("file_name"));
            if (file.MemberText("file_kind") == "image" || PictureEndings.Any(ending => name?.EndsWith(ending, StringComparison.OrdinalIgnoreCase) == true))
            {
                pictures.Add(SessionFacts.Image(null, null, file.MemberText("preview_url"), name));
            }
            else if (name is not null)
            {
                names.Add(name);
            }
        }

        files.AddRange(names);
        var text = string.Join(ClaudeCodeBlocks.Separator, texts.Where(text => !string.IsNullOrWhiteSpace(text)));
        return new Message
        {
            ExternalId = SessionFacts.Id(message.MemberText("uuid")),
            Role = MessageRole.User,
            Content = text.Length > 0 ? text : string.Join('\n', names.Select(name => $"[{name}]")),
            Parts = [.. blocks.Parts, .. pictures],
            CreatedAt = message.MemberTime("created_at"),
        };
    }

    private static Message Answer(JsonElement message)
    {
        var blocks = Blocks(message);
        return new Message
        {
            ExternalId = SessionFacts.Id(message.MemberText("uuid")),
            Role = MessageRole.Assistant,
            Content = blocks.Text,
            Parts = blocks.InOrder,
            CreatedAt = message.MemberTime("created_at"),
        };
    }

    private static ClaudeCodeBlocks Blocks(JsonElement message)
    {
        var blocks = ClaudeCodeBlocks.Read(message.Member("content"));
        if (blocks.Text.Length == 0 && blocks.InOrder.Count == 0 && message.MemberText("text") is { } text)
        {
            blocks.Texts.Add(text);
        }

        return blocks;
    }
}
