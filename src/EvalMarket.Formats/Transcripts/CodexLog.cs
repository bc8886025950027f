using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>Where a line of a Codex file says what it says.</summary>
internal enum CodexChannel
{
    /// <summary><c>event_msg</c> of the older kind: <c>user_message</c>, <c>agent_message</c>.</summary>
    Event,

    /// <summary><c>event_msg</c> of the newer kind: <c>item_completed</c>.</summary>
    Item,

    /// <summary><c>response_item</c>, and the bare lines of the oldest files.</summary>
    Response,
}

/// <summary>One thing that happened in a Codex session: something said, or parts (calls, results, reasoning).</summary>
internal sealed record CodexEntry(MessageRole Role, CodexChannel Channel, string Text, IReadOnlyList<MessagePart> Parts, string? Model, DateTimeOffset? Time)
{
    /// <summary>So many prompts before this, and what followed them, were taken back; nothing is said here.</summary>
    public long TakenBack { get; init; }
}

/// <summary>What a Codex file holds, collected line by line.</summary>
internal sealed class CodexLog
{
    private const string RequestHeading = "## My request for Codex:";

    private static readonly string[] InjectedBeginnings =
    [
        "# AGENTS.md", "<environment_context>", "<user_instructions>", "<turn_aborted>", "<INSTRUCTIONS>", "<permissions instructions>",
        "<collaboration_mode>", "<skill>", "<user_shell_command>", "<subagent_notification>", "<apps_instructions>",
    ];

    private CodexTokens total = new(0, 0, 0);
    private CodexTokens before = new(0, 0, 0);
    private bool hasTotal;
    private string? model;
    private bool hasMeta;

    public List<CodexEntry> Entries { get; } = [];

    public string? SessionId { get; private set; }

    public string? ForkedFrom { get; private set; }

    /// <summary>The prompts come from another agent.</summary>
    public bool IsAgent { get; private set; }

    /// <summary>The session of that agent.</summary>
    public string? Parent { get; private set; }

    public string? Agent { get; private set; }

    public string? Folder { get; private set; }

    public string? GitBranch { get; private set; }

    public string? Version { get; private set; }

    public string? Provider { get; private set; }

    public string? Model => model;

    public DateTimeOffset? First { get; private set; }

    public DateTimeOffset? Last { get; private set; }

    public long? FirstLine { get; private set; }

    public int Replaced { get; private set; }

    /// <summary>Null when no line counts tokens.</summary>
    public CodexTokens? Tokens => hasTotal ? before + total : null;

    /// <summary>Takes a line in; true when something of it is held in memory.</summary>
    public bool Add(TranscriptLine line)
    {
        var value = line.Value;
        var payload = value.Member("payload") ?? default;
        var type = value.MemberText("type");
        var count = Entries.Count;
        var time = value.MemberTime("timestamp") ?? payload.MemberTime("timestamp") ?? value.MemberTime("created_at");
        switch (type)
        {
            case "session_meta":
                AddMeta(payload);
                break;
            case "turn_context":
                model = SessionFacts.Short(payload.MemberText("model")) ?? model;
                Folder ??= payload.MemberText("cwd");
                break;
            case "event_msg":
                AddEvent(payload, time);
                break;
            case "response_item":
                AddResponse(payload, payload.MemberText("type"), time);
                break;
            case "compacted" or "world_state":
                break;
            default:
                AddBare(value, type, time);
                break;
        }

        if (Entries.Count == count)
        {
            return false;
        }

        FirstLine ??= line.Number;
        Replaced += line.Replaced;
        First = First is null || time < First ? time ?? First : First;
        Last = Last is null || time > Last ? time ?? Last : Last;
        return true;
    }

    private void AddMeta(JsonElement meta)
    {
        if (hasMeta)
        {
            return;
        }

        hasMeta = true;
        SessionId = meta.MemberText("id") ?? meta.MemberText("session_id");
        ForkedFrom = meta.MemberText("forked_from_id");
        var agent = meta.Member("source")?.Member("subagent");
        IsAgent = agent is not null || meta.MemberText("thread_source") == "subagent";
        Parent = meta.MemberText("parent_thread_id") ?? agent?.Member("thread_spawn")?.MemberText("parent_thread_id");
        Agent = meta.MemberText("agent_nickname") ?? agent?.Member("thread_spawn")?.MemberText("agent_nickname");
        Folder = meta.MemberText("cwd");
        GitBranch = meta.Member("git")?.MemberText("branch");
        Version = meta.MemberText("cli_version");
        Provider = SessionFacts.Short(meta.MemberText("model_provider"));
    }

    private void AddEvent(JsonElement payload, DateTimeOffset? time)
    {
        switch (payload.MemberText("type"))
        {
            case "user_message" when payload.MemberText("message") is { } said:
                AddPrompt(CodexChannel.Event, said, payload.Member("images") is { } images ? Images(images) : [], time);
                break;
            case "agent_message" when payload.MemberText("message") is { } said:
                AddAnswer(CodexChannel.Event, said, time);
                break;
            case "item_completed" when payload.Member("item") is { } item:
                switch (item.MemberText("type"))
                {
                    case "UserMessage":
                        AddPrompt(CodexChannel.Item, Texts(item.Member("content")), [], time);
                        break;
                    case "AgentMessage":
                        AddAnswer(CodexChannel.Item, Texts(item.Member("content")), time);
                        break;
                }

                break;
            case "thread_rolled_back" when payload.MemberCount("num_turns") is { } turns and > 0:
                Entries.Add(new CodexEntry(MessageRole.System, CodexChannel.Event, "", [], null, time) { TakenBack = turns });
                break;
            case "token_count" when payload.Member("info") is { } info:
                model ??= SessionFacts.Short(info.MemberText("model"));
                AddTokens(info);
                break;
        }
    }

    private void AddResponse(JsonElement item, string? type, DateTimeOffset? time)
    {
        var role = item.MemberText("role");
        switch (type)
        {
            case "message" or null when role == "user":
                AddPrompt(CodexChannel.Response, Texts(item.Member("content") ?? item.Member("message")), Images(item.Member("content")), time);
                break;
            case "message" or null when role == "assistant":
                AddAnswer(CodexChannel.Response, Texts(item.Member("content") ?? item.Member("message")), time);
                break;
            case "reasoning":
                var thought = Texts(item.Member("summary"));
                AddParts(MessageRole.Assistant, "", [new MessagePart { Type = MessagePartType.Reasoning, Text = thought }], time, thought.Length > 0);
                break;
            case "function_call" or "custom_tool_call" or "local_shell_call" or "web_search_call" or "tool_search_call":
                AddParts(MessageRole.Assistant, "", [Call(item, type)], time, isThere: true);
                break;
            case "function_call_output" or "custom_tool_call_output" or "function_result":
                var output = Output(item.Member("output") ?? item.Member("result"));
                var result = new MessagePart { Type = MessagePartType.ToolResult, CallId = SessionFacts.Short(item.MemberText("call_id")), Text = output };
                AddParts(MessageRole.Tool, output, [result, .. Images(item.Member("output"))], time, isThere: true);
                break;
        }
    }

    /// <summary>The oldest files have the items themselves as lines, and their meta data as a line without a type.</summary>
    private void AddBare(JsonElement value, string? type, DateTimeOffset? time)
    {
        model = SessionFacts.Short(value.MemberText("model")) ?? model;
        if (type is null && value.MemberText("role") is null)
        {
            if (!hasMeta && value.MemberText("id") is not null)
            {
                AddMeta(value);
            }

            return;
        }

        AddResponse(value, type, time);
    }

    private void AddPrompt(CodexChannel channel, string text, List<MessagePart> parts, DateTimeOffset? time)
    {
        var request = text.IndexOf(RequestHeading, StringComparison.Ordinal);
        var prompt = (request < 0 ? text : text[(request + RequestHeading.Length)..]).Trim();
        if (InjectedBeginnings.Any(beginning => prompt.StartsWith(beginning, StringComparison.Ordinal)))
        {
            return;
        }

        AddParts(MessageRole.User, prompt, parts, time, prompt.Length > 0 || parts.Count > 0, channel);
    }

    private void AddAnswer(CodexChannel channel, string text, DateTimeOffset? time) =>
        AddParts(MessageRole.Assistant, text, [], time, !string.IsNullOrWhiteSpace(text), channel);

    private void AddParts(
        MessageRole role, string text, IReadOnlyList<MessagePart> parts, DateTimeOffset? time, bool isThere, CodexChannel channel = CodexChannel.Response)
    {
        if (isThere)
        {
            Entries.Add(new CodexEntry(role, channel, text, parts, role == MessageRole.Assistant ? model : null, time));
        }
    }

    private void AddTokens(JsonElement info)
    {
        if (CodexTokens.Read(info.Member("total_token_usage")) is { } now)
        {
            if (hasTotal && (now.Input < total.Input || now.Output < total.Output))
            {
                before += total;
            }

            total = now;
            hasTotal = true;
        }
        else if (CodexTokens.Read(info.Member("last_token_usage")) is { } delta)
        {
            before += delta;
            hasTotal = true;
        }
    }

    private static MessagePart Call(JsonElement item, string type) => new()
    {
        Type = MessagePartType.ToolCall,
        CallId = SessionFacts.Short(item.MemberText("call_id") ?? item.MemberText("id")),
        Name = SessionFacts.Short(item.MemberText("name") ?? item.Member("function")?.MemberText("name") ?? type[..^"_call".Length]),
        Input = SessionFacts.Arguments(item.Member("arguments") ?? item.Member("input") ?? item.Member("action")),
    };

    private static string Output(JsonElement? output) => output switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } list => Texts(list),
        { } other => other.MemberText("output") ?? other.MemberText("text") ?? other.MemberText("content") ?? Texts(other.Member("content")),
    };

    private static string Texts(JsonElement? content) => content switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { } list => string.Join("\n\n", list.Items.Select(item => item.MemberText("text")).Where(text => !string.IsNullOrEmpty(text))),
    };

    private static List<MessagePart> Images(JsonElement? content) =>
        [.. (content?.Items ?? []).Select(Address).OfType<string>().Select(url => SessionFacts.Image(null, null, url))];

    private static string? Address(JsonElement item) =>
        item.ValueKind == JsonValueKind.String ? item.GetString() : item.MemberText("image_url");
}

/// <summary>Tokens as Codex counts them; the input includes what was cached.</summary>
internal sealed record CodexTokens(long Input, long Cached, long Output)
{
    public static CodexTokens operator +(CodexTokens left, CodexTokens right) =>
        new(left.Input + right.Input, left.Cached + right.Cached, left.Output + right.Output);

    public static CodexTokens? Read(JsonElement? usage) => usage is { ValueKind: JsonValueKind.Object } counts
        ? new CodexTokens(counts.MemberCount("input_tokens") ?? 0, counts.MemberCount("cached_input_tokens") ?? 0, counts.MemberCount("output_tokens") ?? 0)
        : null;
}
