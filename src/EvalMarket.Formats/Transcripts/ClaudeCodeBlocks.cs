using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>The content of an Anthropic message: a text, or blocks <c>text, thinking, tool_use, tool_result, image</c>.</summary>
internal sealed class ClaudeCodeBlocks
{
    /// <summary>Between the blocks of one message.</summary>
    public const string Separator = "\n\n";

    public List<string> Texts { get; } = [];

    public List<MessagePart> Parts { get; } = [];

    public List<MessagePart> Results { get; } = [];

    public List<MessagePart> ResultImages { get; } = [];

    /// <summary>Parts, results and their images as the blocks stand.</summary>
    public List<MessagePart> InOrder { get; } = [];

    public string Text => string.Join(Separator, Texts.Where(text => !string.IsNullOrWhiteSpace(text)));

    public static ClaudeCodeBlocks Read(JsonElement? content)
    {
        var blocks = new ClaudeCodeBlocks();
        if (content is { ValueKind: JsonValueKind.String } text)
        {
            blocks.Texts.Add(text.GetString()!);
        }
        else if (content is { } list)
        {
            foreach (var block in list.Items)
            {
                var (parts, results, images) = (blocks.Parts.Count, blocks.Results.Count, blocks.ResultImages.Count);
                blocks.Add(block);
                blocks.InOrder.AddRange([.. blocks.Parts[parts..], .. blocks.Results[results..], .. blocks.ResultImages[images..]]);
            }
        }

        return blocks;
    }

    private void Add(JsonElement block)
    {
        if (block.ValueKind == JsonValueKind.String)
        {
            Texts.Add(block.GetString()!);
            return;
        }

        switch (block.MemberText("type"))
        {
            case "text" when block.MemberText("text") is { } text:
                Texts.Add(text);
                break;
            case "thinking" when block.MemberText("thinking") is { Length: > 0 } thinking:
                Parts.Add(new MessagePart { Type = MessagePartType.Reasoning, Text = thinking });
                break;
            case "tool_use" or "server_tool_use":
                Parts.Add(new MessagePart
                {
                    Type = MessagePartType.ToolCall,
                    CallId = SessionFacts.Short(block.MemberText("id")),
                    Name = SessionFacts.Short(block.MemberText("name")),
                    Input = block.Member("input")?.Clone(),
                });
                break;
            case "image":
                Parts.Add(Image(block));
                break;
            case "tool_result":
                AddResult(block);
                break;
        }
    }

    private void AddResult(JsonElement block)
    {
        var said = "";
        if (block.Member("content") is { } content)
        {
            if (content.ValueKind == JsonValueKind.String)
            {
                said = content.GetString()!;
            }
            else
            {
                said = string.Join(Separator, content.Items.Select(item => item.MemberText("text")).OfType<string>());
                ResultImages.AddRange(content.Items.Where(item => item.MemberText("type") == "image").Select(Image));
            }
        }

        Results.Add(new MessagePart
        {
            Type = MessagePartType.ToolResult,
            CallId = SessionFacts.Short(block.MemberText("tool_use_id")),
            Text = said,
            IsError = block.MemberIsTrue("is_error") ? true : null,
        });
    }

    private static MessagePart Image(JsonElement block)
    {
        var source = block.Member("source") ?? default;
        return SessionFacts.Image(source.MemberText("media_type"), source.MemberText("data"), source.MemberText("url"));
    }
}
