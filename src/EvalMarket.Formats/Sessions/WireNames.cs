namespace EvalMarket.Formats.Sessions;

/// <summary>Wire names of <see cref="MessageRole"/> and <see cref="MessagePartType"/>.</summary>
public static class WireNames
{
    public static string ToWire(this MessageRole role) => role switch
    {
        MessageRole.System => "system",
        MessageRole.User => "user",
        MessageRole.Assistant => "assistant",
        MessageRole.Tool => "tool",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Unknown role."),
    };

    public static string ToWire(this MessagePartType type) => type switch
    {
        MessagePartType.ToolCall => "tool_call",
        MessagePartType.ToolResult => "tool_result",
        MessagePartType.Reasoning => "reasoning",
        MessagePartType.Image => "image",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown part type."),
    };

    public static bool TryParse(string? text, out MessageRole role)
    {
        role = text switch
        {
            "system" => MessageRole.System,
            "user" => MessageRole.User,
            "assistant" => MessageRole.Assistant,
            "tool" => MessageRole.Tool,
            _ => default,
        };
        return role != default;
    }

    public static bool TryParse(string? text, out MessagePartType type)
    {
        type = text switch
        {
            "tool_call" => MessagePartType.ToolCall,
            "tool_result" => MessagePartType.ToolResult,
            "reasoning" => MessagePartType.Reasoning,
            "image" => MessagePartType.Image,
            _ => default,
        };
        return type != default;
    }
}
