using System.Text.Json;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>A tool call with what the tool said; either may be missing from the source.</summary>
/// <param name="Answer">The message of role tool that brought the result, whose address it keeps.</param>
internal sealed record ToolUse(string Name, string Gist, string? Call, string? Result, bool IsFailed, MessageId? Answer);

/// <summary>A message as the transcript shows it.</summary>
/// <param name="Number">Of its turn, when it begins one.</param>
internal sealed record TranscriptMessage(Message Message, int? Number, IReadOnlyList<string> Reasoning, IReadOnlyList<ToolUse> Tools, IReadOnlyList<MessagePart> Images);

/// <summary>An entry of the navigator: the first line of a prompt.</summary>
internal sealed record TranscriptTurn(int Number, string Line, int Index, int Tools, int Failed, bool IsAnswered);

/// <summary>
/// A window of a session's messages, ready to be shown: calls paired with their results wherever those stand, messages that only bring
/// results folded into the calls. Sessions have up to a hundred thousand messages; a page has at most <see cref="WindowSize"/>.
/// </summary>
internal sealed class Transcript
{
    public const int WindowSize = 200;

    /// <summary>Characters of a tool's input or output that are shown; the whole is one click away.</summary>
    public const int LongestPart = 10_000;

    private const int MostTurns = 400;
    private const int GistLength = 160;
    private const int LineLength = 90;

    private static readonly string[] GistNames = ["command", "cmd", "file_path", "path", "pattern", "query", "description", "url", "prompt"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required IReadOnlyList<TranscriptMessage> Messages { get; init; }

    public required IReadOnlyList<TranscriptTurn> Turns { get; init; }

    /// <summary>Index of the first message of the window.</summary>
    public required int From { get; init; }

    /// <summary>Index after the last one.</summary>
    public required int To { get; init; }

    public required int Total { get; init; }

    public int TurnCount { get; private init; }

    public int? Next => To < Total ? To : null;

    public int? Previous => From > 0 ? Math.Max(0, From - WindowSize) : null;

    /// <summary>Makes a window.</summary>
    /// <param name="messages">All of the session.</param>
    /// <param name="from">Where the window begins.</param>
    /// <param name="target">A message that the window must hold; null when none.</param>
    public static Transcript Of(IReadOnlyList<Message> messages, int from, MessageId? target)
    {
        if (target is { } id && messages.Index().FirstOrDefault(entry => entry.Item.Id == id) is { Item: not null } found)
        {
            from = found.Index / WindowSize * WindowSize;
        }

        from = Math.Clamp(from, 0, Math.Max(0, messages.Count - 1));
        var to = Math.Min(messages.Count, from + WindowSize);
        var results = ResultsOf(messages);
        var called = messages.SelectMany(message => message.Parts).Where(part => part is { Type: MessagePartType.ToolCall, CallId: not null }).Select(part => part.CallId!).ToHashSet(StringComparer.Ordinal);
        var turns = EvalMarket.Formats.Sessions.Turns.Of(messages).ToList();
        var starts = turns.Index().ToDictionary(turn => turn.Item.FirstIndex, turn => turn.Index + 1);
        var shown = new List<TranscriptMessage>(to - from);
        for (var index = from; index < to; index++)
        {
            var message = messages[index];
            var tools = ToolsOf(message, results, called).ToList();
            var isOnlyResults = message.Role == MessageRole.Tool && tools.Count == 0 && message.Parts.Any(part => part.Type == MessagePartType.ToolResult);
            if (!isOnlyResults)
            {
                shown.Add(new TranscriptMessage(
                    message,
                    starts.TryGetValue(index, out var number) ? number : null,
                    [.. message.Parts.Where(part => part is { Type: MessagePartType.Reasoning, Text.Length: > 0 }).Select(part => part.Text!)],
                    tools,
                    [.. message.Parts.Where(part => part.Type == MessagePartType.Image)]));
            }
        }

        return new Transcript
        {
            Messages = shown,
            Turns = [.. turns.Index().Where(turn => turns.Count <= MostTurns || (turn.Item.LastIndex >= from && turn.Item.FirstIndex < to)).Select(turn => TurnOf(turn.Item, turn.Index + 1, messages))],
            TurnCount = turns.Count,
            From = from,
            To = to,
            Total = messages.Count,
        };
    }

    public static string Cut(string text) => text.Length <= LongestPart ? text : $"{text[..LongestPart]}\n… {text.Length - LongestPart:N0} more characters";

    private static TranscriptTurn TurnOf(Turn turn, int number, IReadOnlyList<Message> messages)
    {
        var parts = Enumerable.Range(turn.FirstIndex, turn.LastIndex - turn.FirstIndex + 1).SelectMany(index => messages[index].Parts).ToList();
        var line = turn.Input.Split('\n').Select(text => text.Trim()).FirstOrDefault(text => text.Length > 0) ?? "(no text)";
        return new TranscriptTurn(
            number,
            Shorten(line, LineLength),
            turn.FirstIndex,
            parts.Count(part => part.Type == MessagePartType.ToolCall),
            parts.Count(part => part is { Type: MessagePartType.ToolResult, IsError: true }),
            turn.IsPair);
    }

    private static Dictionary<string, (MessagePart Part, Message Message)> ResultsOf(IReadOnlyList<Message> messages)
    {
        var results = new Dictionary<string, (MessagePart, Message)>(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            foreach (var part in message.Parts)
            {
                if (part is { Type: MessagePartType.ToolResult, CallId: { } call })
                {
                    results.TryAdd(call, (part, message));
                }
            }
        }

        return results;
    }

    /// <summary>Calls with their results, and results whose call is nowhere.</summary>
    private static IEnumerable<ToolUse> ToolsOf(Message message, Dictionary<string, (MessagePart Part, Message Message)> results, HashSet<string> called)
    {
        foreach (var part in message.Parts)
        {
            if (part.Type == MessagePartType.ToolCall)
            {
                var found = part.CallId is { } call && results.TryGetValue(call, out var result) ? result : default;
                yield return new ToolUse(
                    part.Name ?? "tool", GistOf(part.Input), TextOf(part.Input), found.Part?.Text, found.Part?.IsError == true,
                    found.Message is { Role: MessageRole.Tool } answer ? answer.Id : null);
            }
            else if (part.Type == MessagePartType.ToolResult && (part.CallId is null || !called.Contains(part.CallId)))
            {
                yield return new ToolUse(part.Name ?? "Result", "", null, part.Text, part.IsError == true, null);
            }
        }
    }

    private static string GistOf(JsonElement? input)
    {
        if (input is not { } json)
        {
            return "";
        }

        if (json.ValueKind == JsonValueKind.Object)
        {
            var property = GistNames.Select(name => json.TryGetProperty(name, out var value) ? value : default)
                .FirstOrDefault(value => value.ValueKind is JsonValueKind.String or JsonValueKind.Array);
            json = property.ValueKind == JsonValueKind.Undefined ? json : property;
        }

        return Shorten((json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText()).ReplaceLineEndings(" "), GistLength);
    }

    private static string? TextOf(JsonElement? input) => input switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } json => JsonSerializer.Serialize(json, Indented),
    };

    private static string Shorten(string text, int length) => text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "…";
}
