using System.Text.Json;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>A tool call with what the tool said; either may be missing from the source.</summary>
internal sealed record ToolUse
{
    /// <summary>Characters of an input or output that are shown; the whole is one click away.</summary>
    public const int LongestPart = 10_000;

    private const int GistLength = 160;

    private static readonly string[] GistNames = ["command", "cmd", "file_path", "pattern", "query", "path", "description", "url", "prompt"];

    public required string Name { get; init; }

    /// <summary>What it was about, in one line.</summary>
    public string Gist { get; init; } = "";

    public string? Call { get; init; }

    /// <summary>The call changes a file: how.</summary>
    public IReadOnlyList<DiffLine>? Diff { get; init; }

    public string? Result { get; init; }

    public bool IsFailed { get; init; }

    /// <summary>The message of role tool that brought the result, whose address the fold keeps.</summary>
    public MessageId? Answer { get; init; }

    /// <summary>The message that holds the result, and which of its parts it is.</summary>
    public (MessageId Message, int Part)? ResultPlace { get; init; }

    /// <summary>Which part of its message the call is.</summary>
    public int? CallPart { get; init; }

    /// <summary>A symbol of the sprite.</summary>
    public string Icon => Name.ToLowerInvariant() switch
    {
        var name when Has(name, "bash", "shell", "exec", "terminal", "command") => "terminal",
        var name when Has(name, "edit", "patch", "replace") => "edit",
        var name when Has(name, "grep", "glob", "search", "find") => "search",
        var name when Has(name, "read", "write", "file", "notebook") => "file",
        var name when Has(name, "fetch", "web", "browser", "http") => "globe",
        _ => "tool",
    };

    /// <summary>How it ended, in a word or two.</summary>
    public string Outcome => this switch
    {
        { IsFailed: true } => "failed",
        { Result: null } => "no result",
        { Diff: { } lines } => $"+{lines.Count(line => line.Kind == DiffKind.Added)} −{lines.Count(line => line.Kind == DiffKind.Removed)}",
        _ => Display.Count(Result.AsSpan().Count('\n') + 1, "line"),
    };

    public bool IsCut => Call?.Length > LongestPart || Result?.Length > LongestPart;

    /// <summary>A call, with the part that answers it.</summary>
    public static ToolUse OfCall(MessagePart call, int part, Message? holder, MessagePart? result, int? resultPart) => new()
    {
        Name = call.Name ?? "tool",
        Gist = GistOf(call.Input),
        Call = ToolInput.TextOf(call.Input),
        CallPart = part,
        Diff = ToolDiff.Of(call.Input),
        Result = result?.Text,
        IsFailed = result?.IsError == true,
        Answer = holder is { Role: MessageRole.Tool } ? holder.Id : null,
        ResultPlace = holder is { Id: { } id } && resultPart is { } number ? (id, number) : null,
    };

    /// <summary>A result whose call is nowhere.</summary>
    public static ToolUse OfResult(MessagePart result, int part, Message holder) => new()
    {
        Name = result.Name ?? "Result",
        Result = result.Text,
        IsFailed = result.IsError == true,
        ResultPlace = (holder.Id!.Value, part),
    };

    public static string Cut(string text) => text.Length <= LongestPart ? text : $"{text[..LongestPart]}\n… {text.Length - LongestPart:N0} more characters";

    private static bool Has(string name, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (name.Contains(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
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

        var text = json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();
        var isCut = text.Length > GistLength;
        return (isCut ? text[..(char.IsHighSurrogate(text[GistLength - 1]) ? GistLength - 1 : GistLength)] : text).ReplaceLineEndings(" ") + (isCut ? "…" : "");
    }
}
