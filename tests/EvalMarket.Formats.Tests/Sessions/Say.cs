using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Tests.Sessions;

/// <summary>Short ways to write a conversation down.</summary>
internal static class Say
{
    public static Message System(string text) => new() { Role = MessageRole.System, Content = text };

    public static Message User(string text) => new() { Role = MessageRole.User, Content = text };

    public static Message Assistant(string text) => new() { Role = MessageRole.Assistant, Content = text };

    public static Message Tool(string text) => new() { Role = MessageRole.Tool, Content = text };
}
