using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>A line of a Claude Code file that belongs to the conversation.</summary>
internal sealed record ClaudeCodeEntry
{
    public required bool IsAssistant { get; init; }

    public string? Uuid { get; init; }

    public string? MessageId { get; init; }

    public string? SessionId { get; init; }

    public bool IsSidechain { get; init; }

    public DateTimeOffset? Time { get; init; }

    public string? Model { get; init; }

    /// <summary>The prompt, or the assistant's text; "" for none.</summary>
    public string Text { get; init; } = "";

    /// <summary>Everything but text and tool results.</summary>
    public IReadOnlyList<MessagePart> Parts { get; init; } = [];

    public IReadOnlyList<MessagePart> Results { get; init; } = [];

    /// <summary>Images that tools gave back.</summary>
    public IReadOnlyList<MessagePart> ResultImages { get; init; } = [];
}

/// <summary>Tokens of one message, as its last line has them.</summary>
internal sealed record ClaudeCodeUsage(long Input, long CacheCreation, long CacheRead, long Output);

/// <summary>A line's place in the tree of the conversation.</summary>
/// <param name="Parent">Null at a root.</param>
/// <param name="LogicalParent">At the boundary of a compaction: the line that it follows.</param>
/// <param name="SaysParent">The line has a parentUuid, be it null; without one it says nothing about its place.</param>
/// <param name="Previous">The main line before this one in the file.</param>
/// <param name="IsAssistant">An answer; never the beginning of a conversation.</param>
/// <param name="IsCompaction">The summary that a compaction goes on from.</param>
internal sealed record ClaudeCodeNode(string? Parent, string? LogicalParent, bool SaysParent, string? Previous, bool IsAssistant, bool IsCompaction);

/// <summary>What a Claude Code file holds, collected line by line; only what the conversation needs is kept.</summary>
internal sealed class ClaudeCodeLog
{
    private static readonly string[] CopyingAgents = ["acompact-", "aprompt_suggestion-"];

    private readonly HashSet<string> seen = [];
    private readonly Dictionary<string, decimal> costs = [];
    private string? previousMain;
    private long nameless;

    public List<ClaudeCodeEntry> Entries { get; } = [];

    /// <summary>Main-chain lines (of any type: attachments stand between messages) by uuid.</summary>
    public Dictionary<string, ClaudeCodeNode> Tree { get; } = [];

    public string? LastMain => previousMain;

    public Dictionary<string, ClaudeCodeUsage> Usage { get; } = [];

    public List<(string Text, string? Leaf)> Summaries { get; } = [];

    public string? CustomTitle { get; private set; }

    public string? AiTitle { get; private set; }

    public string? SessionId { get; private set; }

    public string? AgentId { get; private set; }

    public string? Folder { get; private set; }

    public string? GitBranch { get; private set; }

    public string? Version { get; private set; }

    public long? FirstLine { get; private set; }

    public int Replaced { get; private set; }

    /// <summary>The file of an agent that Claude Code runs for itself over the whole session.</summary>
    public bool IsCopy => AgentId is not null && CopyingAgents.Any(agent => AgentId.StartsWith(agent, StringComparison.Ordinal)) && Entries.TrueForAll(entry => entry.IsSidechain);

    /// <summary>The last line added is held in memory.</summary>
    public bool TookLine { get; private set; }

    /// <summary>Some line says what it cost (older versions).</summary>
    public decimal? Cost => costs.Count == 0 ? null : costs.Values.Sum();

    /// <summary>Such a file, by its place.</summary>
    public static bool IsCopyPath(string path) => CopyingAgents.Any(agent => path.Contains("/subagents/agent-" + agent, StringComparison.Ordinal));

    public bool IsKnown(string uuid) => seen.Contains(uuid);

    /// <summary>Takes a line in. Gives what is wrong with it, if a line of the conversation is damaged.</summary>
    public string? Add(TranscriptLine line)
    {
        TookLine = false;
        var value = line.Value;
        var type = value.MemberText("type");
        var message = value.Member("message");
        type ??= message?.MemberText("role");
        SessionId ??= value.MemberText("sessionId") ?? value.MemberText("session_id") ?? (type == "session-id" ? value.MemberText("id") : null);
        switch (type)
        {
            case "summary" when value.MemberText("summary") is { } summary:
                Summaries.Add((summary, value.MemberText("leafUuid")));
                return null;
            case "custom-title":
                CustomTitle = value.MemberText("customTitle") ?? CustomTitle;
                return null;
            case "ai-title":
                AiTitle = value.MemberText("aiTitle") ?? AiTitle;
                return null;
        }

        var isMessage = type is "user" or "assistant";
        if (isMessage && message is { ValueKind: not JsonValueKind.Object })
        {
            return "The message of this line is no object; the line was left out.";
        }

        // /compact and /resume write history again.
        var uuid = value.MemberText("uuid");
        if (uuid is not null && !seen.Add(uuid))
        {
            return null;
        }

        var isSidechain = value.MemberIsTrue("isSidechain");
        if (uuid is not null && !isSidechain)
        {
            Tree[uuid] = new ClaudeCodeNode(
                value.MemberText("parentUuid"), value.MemberText("logicalParentUuid"), value.TryGetProperty("parentUuid", out _), previousMain, type == "assistant", value.MemberIsTrue("isCompactSummary"));
            previousMain = uuid;
        }

        if (isMessage && message is { } body)
        {
            AddMessage(line, body, type == "assistant", uuid, isSidechain);
        }

        return null;
    }

    private void AddMessage(TranscriptLine line, JsonElement message, bool isAssistant, string? uuid, bool isSidechain)
    {
        var value = line.Value;
        FirstLine ??= line.Number;
        Replaced += line.Replaced;
        AgentId ??= value.MemberText("agentId");
        Folder = value.MemberText("cwd") ?? Folder;
        GitBranch = value.MemberText("gitBranch") ?? GitBranch;
        Version = value.MemberText("version") ?? Version;
        var id = message.MemberText("id");
        if (isAssistant)
        {
            AddUsage(value, message, id ?? uuid ?? $"\0{nameless++}");
        }

        var blocks = ClaudeCodeBlocks.Read(message.Member("content"));
        var text = isAssistant ? blocks.Text : ClaudeCodePrompt.Of(value, blocks.Texts);
        var model = message.MemberText("model");
        if (isAssistant && model == "<synthetic>")
        {
            model = null;
            text = text == "No response requested." ? "" : text;
        }

        var parts = isAssistant || !value.MemberIsTrue("isMeta") ? blocks.Parts : [];
        if (text.Length == 0 && parts.Count == 0 && blocks.Results.Count == 0)
        {
            return;
        }

        TookLine = true;
        Entries.Add(new ClaudeCodeEntry
        {
            IsAssistant = isAssistant,
            Uuid = uuid,
            MessageId = isAssistant ? id : null,
            SessionId = value.MemberText("sessionId") ?? value.MemberText("session_id"),
            IsSidechain = isSidechain,
            Time = value.MemberTime("timestamp"),
            Model = isAssistant ? SessionFacts.Short(model) : null,
            Text = text,
            Parts = parts,
            Results = blocks.Results,
            ResultImages = blocks.ResultImages,
        });
    }

    private void AddUsage(JsonElement value, JsonElement message, string key)
    {
        if (message.Member("usage") is { } usage)
        {
            Usage[key] = new ClaudeCodeUsage(
                usage.MemberCount("input_tokens") ?? 0,
                usage.MemberCount("cache_creation_input_tokens") ?? 0,
                usage.MemberCount("cache_read_input_tokens") ?? 0,
                usage.MemberCount("output_tokens") ?? 0);
        }

        if (value.MemberAmount("costUSD") is { } cost)
        {
            costs[key] = cost;
        }
    }
}
