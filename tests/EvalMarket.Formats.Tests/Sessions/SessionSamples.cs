using System.Buffers;
using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Tests.Sessions;

/// <summary>Sessions with everything in them, and a comparison that looks into lists and JSON.</summary>
internal static class SessionSamples
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 30, 15, 250, TimeSpan.Zero);

    public static Session Full { get; } = new()
    {
        ExternalId = "7acd37a8",
        Title = "Add rate limiting – “quoted” 😀",
        Source = "claude-code",
        Author = "Ada",
        Project = "my-api",
        Model = "claude-sonnet-4-20250514",
        Provider = "anthropic",
        PromptTokens = 4000,
        CompletionTokens = 521,
        Cost = 0.0812m,
        DurationMs = 61_500,
        CreatedAt = At,
        UpdatedAt = At.AddMinutes(2),
        Labels = new EvalLabels
        {
            EvalReady = true, Status = EvalStatus.Correct, Notes = "fine\nbut long", Tags = ["auth", "api"], ExpectedOutput = "A limiter.",
            ReviewedAt = At.AddDays(1), ReviewedBy = "Bo",
        },
        Metadata = Json("""{"git_branch":"main","n":1.50,"deep":{"emoji":"😀","list":[1,null,true]}}"""),
        Messages =
        [
            new Message { Id = TypeId.New<MessageId>(At), Role = MessageRole.System, Content = "" },
            new Message
            {
                Id = TypeId.New<MessageId>(At), ExternalId = "u1", Role = MessageRole.User, Content = "Add rate limiting\n\tto <this> & \"that\" 😀 \u2028 \u007f", CreatedAt = At,
                Comments = [new MessageComment("bare"), new MessageComment("why?", "Bo", At)], Tags = [new MessageTag("intent:code", true), new MessageTag("ünïcode")],
                Summary = "wants limits", ParticipantData = Json("""{"plan":"pro"}"""), SessionState = Json("{}"),
                Parts = [new MessagePart { Type = MessagePartType.Image, MimeType = "image/png", Data = "iVBORw0=", Name = "shot.png", Url = "file:///shot.png" }],
            },
            new Message
            {
                ExternalId = "a1", Role = MessageRole.Assistant, Model = "claude-sonnet-4-20250514", Tokens = 521, CreatedAt = At.AddSeconds(3),
                Parts =
                [
                    new MessagePart { Type = MessagePartType.Reasoning, Text = "Where is the router?" },
                    new MessagePart { Type = MessagePartType.ToolCall, CallId = "toolu_1", Name = "Read", Input = Json("""{"file_path":"src/Ü.ts","limit":1e3}""") },
                ],
            },
            new Message
            {
                ExternalId = "t1", Role = MessageRole.Tool, Content = "export {}",
                Parts = [new MessagePart { Type = MessagePartType.ToolResult, CallId = "toolu_1", Text = "export {}", IsError = true }],
            },
            Say.Assistant("Done."),
        ],
    };

    public static Session WithoutIds(Session session) => session with { Messages = [.. session.Messages.Select(message => message with { Id = null })] };

    /// <summary>Two sessions are equal when their complete wire texts are (lists compare by reference in records).</summary>
    public static void AssertEqual(Session expected, Session actual)
    {
        Assert.Equal(Line(expected), Line(actual));
        Assert.Equal(expected with { Messages = [], Labels = null, Metadata = null }, actual with { Messages = [], Labels = null, Metadata = null });
        Assert.Equal(expected.Messages.Count, actual.Messages.Count);
    }

    public static string Line(Session session)
    {
        var buffer = new ArrayBufferWriter<byte>();
        SessionWriter.WriteLine(session, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static JsonElement Json(string text) => JsonElement.Parse(text);
}
