using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>Makes the session of one conversation of a ChatGPT export.</summary>
internal sealed class ChatGptConversation
{
    private readonly List<Message> messages = [];
    private readonly List<string> files = [];
    private long toolMessages;
    private Answer? answer;

    private ChatGptConversation()
    {
    }

    public static Session Read(JsonElement conversation, string source)
    {
        var nodes = Nodes(conversation.Member("mapping") ?? default, out var tree);
        var reading = new ChatGptConversation();
        foreach (var index in ConversationTree.ActivePath(tree, conversation.MemberText("current_node")))
        {
            if (nodes[index].Member("message") is { ValueKind: JsonValueKind.Object } message)
            {
                reading.Add(message, tree[index]);
            }
        }

        reading.EndAnswer();
        return reading.Build(conversation, source);
    }

    private static List<JsonElement> Nodes(JsonElement mapping, out List<ConversationNode> tree)
    {
        List<(string Id, JsonElement Node)> nodes = [];
        Dictionary<string, string> parents = [];
        foreach (var property in mapping.ValueKind == JsonValueKind.Object ? mapping.EnumerateObject() : default)
        {
            nodes.Add((property.Name, property.Value));
            foreach (var child in (property.Value.Member("children") ?? default).Items.Where(child => child.ValueKind == JsonValueKind.String))
            {
                parents.TryAdd(child.GetString()!, property.Name);
            }
        }

        tree =
        [
            .. nodes.Select(node => new ConversationNode(
                node.Id, node.Node.MemberText("parent") ?? parents.GetValueOrDefault(node.Id), (node.Node.Member("message") ?? default).MemberUnixTime("create_time"))),
        ];
        return nodes.ConvertAll(node => node.Node);
    }

    private void Add(JsonElement message, ConversationNode node)
    {
        var metadata = message.Member("metadata") ?? default;
        var isForTool = message.MemberText("recipient") is { Length: > 0 } recipient && recipient != "all";
        if (isForTool || metadata.MemberIsTrue("is_visually_hidden_from_conversation"))
        {
            toolMessages += isForTool ? 1 : 0;
            return;
        }

        var content = ChatGptContent.Read(message.Member("content") ?? default, (metadata.Member("attachments") ?? default).Items);
        switch (message.Member("author")?.MemberText("role"))
        {
            case "user":
                files.AddRange(content.Files);
                Add(MessageRole.User, content.Text, content.Parts);
                break;
            case "assistant":
                AddAnswer(content.Text, content.Parts);
                break;
            case "tool":
                toolMessages++;
                AddAnswer("", content.MadeImages);
                break;
            case "system":
                Add(MessageRole.System, content.Text, []);
                break;
        }

        void AddAnswer(string text, IReadOnlyList<MessagePart> parts)
        {
            if (!string.IsNullOrWhiteSpace(text) || parts.Count > 0)
            {
                answer ??= new Answer(SessionFacts.Id(message.MemberText("id") ?? node.Id), node.Time);
                answer.Texts.Add(text);
                answer.Parts.AddRange(parts);
                answer.Model = SessionFacts.Short(metadata.MemberText("model_slug")) ?? answer.Model;
            }
        }

        void Add(MessageRole role, string text, IReadOnlyList<MessagePart> parts)
        {
            if (string.IsNullOrWhiteSpace(text) && parts.Count == 0)
            {
                return;
            }

            EndAnswer();
            messages.Add(new Message
            {
                ExternalId = SessionFacts.Id(message.MemberText("id") ?? node.Id),
                Role = role,
                Content = text,
                Parts = parts,
                CreatedAt = node.Time,
            });
        }
    }

    private void EndAnswer()
    {
        if (answer is not null)
        {
            messages.Add(new Message
            {
                ExternalId = answer.Id,
                Role = MessageRole.Assistant,
                Content = string.Join(ChatGptContent.Separator, answer.Texts.Where(text => !string.IsNullOrWhiteSpace(text))),
                Parts = answer.Parts,
                Model = answer.Model,
                CreatedAt = answer.Time,
            });
            answer = null;
        }
    }

    private Session Build(JsonElement conversation, string source)
    {
        var times = messages.Select(message => message.CreatedAt).OfType<DateTimeOffset>().ToList();
        DateTimeOffset? first = times.Count > 0 ? times.Min() : null;
        DateTimeOffset? last = times.Count > 0 ? times.Max() : null;
        return new Session
        {
            ExternalId = SessionFacts.Id(conversation.MemberText("conversation_id")) ?? SessionFacts.Id(conversation.MemberText("id")) ?? SessionFacts.HashOfBeginning(messages),
            Title = SessionFacts.Title(conversation.MemberText("title"), SessionFacts.FirstPrompt(messages)),
            Source = source,
            Model = SessionFacts.Model(messages) ?? SessionFacts.Short(conversation.MemberText("default_model_slug")),
            Provider = "openai",
            DurationMs = (long?)(last - first)?.TotalMilliseconds,
            CreatedAt = conversation.MemberUnixTime("create_time") ?? first,
            UpdatedAt = conversation.MemberUnixTime("update_time") ?? last,
            Metadata = MetadataObject.OfValues(
            [
                new("gizmo_id", conversation.MemberText("gizmo_id")),
                new("files", files.Count > 0 ? files : null),
                new("left_out_tool_messages", toolMessages > 0 ? toolMessages : null),
            ]),
            Messages = messages,
        };
    }

    /// <summary>Assistant nodes that follow each other, until something visible of someone else ends them.</summary>
    private sealed class Answer(string? id, DateTimeOffset? time)
    {
        public string? Id => id;

        public DateTimeOffset? Time => time;

        public List<string> Texts { get; } = [];

        public List<MessagePart> Parts { get; } = [];

        public string? Model { get; set; }
    }
}
