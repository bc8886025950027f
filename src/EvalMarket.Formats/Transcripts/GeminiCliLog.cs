using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>What a Gemini CLI file holds, replayed line by line.</summary>
internal sealed class GeminiCliLog
{
    /// <summary>About what an id and its counts take.</summary>
    private const int BytesOfCount = 200;

    private readonly List<Entry> entries = [];
    private readonly Dictionary<string, int> places = [];
    private readonly Dictionary<string, GeminiCliTokens> usage = [];
    private string? sessionId;
    private string? projectHash;
    private string? kind;
    private string? summary;
    private string? folder;
    private DateTimeOffset? started;
    private DateTimeOffset? updated;
    private int replaced;
    private long nameless;
    private long entryBytes;
    private bool tookMessage;

    public long? FirstLine { get; private set; }

    /// <summary>Of the lines that are held, and of what is kept of others.</summary>
    public long Bytes => entryBytes + (usage.Count * BytesOfCount);

    /// <summary>The value is a whole document of another session than the one read so far.</summary>
    public bool IsOther(JsonElement value) =>
        sessionId is not null && value.MemberText("sessionId") is { } other && other != sessionId && value.Member("messages") is { ValueKind: JsonValueKind.Array };

    public void Add(TranscriptLine line)
    {
        var value = line.Value;
        tookMessage = false;
        if (value.MemberText("$rewindTo") is { } rewound)
        {
            Cut(places.GetValueOrDefault(rewound, 0));
        }
        else if (value.Member("$set") is { } set)
        {
            AddHeader(set, line.Bytes);
        }
        else if (Type(value) is { } type)
        {
            AddMessage(value, type, line.Bytes);
        }
        else
        {
            AddHeader(value, line.Bytes);
        }

        if (tookMessage)
        {
            FirstLine ??= line.Number;
            replaced += line.Replaced;
        }
    }

    public Session Build(string source)
    {
        var messages = entries.SelectMany(entry => entry.Messages).ToList();
        var isAgent = kind == "subagent";
        if (isAgent)
        {
            // Who speaks to a sub-agent is the main agent.
            messages = messages.ConvertAll(message => message.Role == MessageRole.User ? SessionFacts.OfAgent(message) : message);
        }

        var times = messages.Select(message => message.CreatedAt).OfType<DateTimeOffset>().ToList();
        DateTimeOffset? first = times.Count > 0 ? times.Min() : null;
        DateTimeOffset? last = times.Count > 0 ? times.Max() : null;
        var tokens = usage.Values.ToList();
        return new Session
        {
            ExternalId = SessionFacts.Id(sessionId) ?? SessionFacts.HashOfBeginning(messages),
            Title = SessionFacts.Title(summary, SessionFacts.FirstPrompt(messages), isAgent ? messages.FirstOrDefault()?.Content : null),
            Source = source,
            Project = SessionFacts.Project(folder),
            Model = SessionFacts.Model(messages),
            Provider = "google",
            PromptTokens = tokens.Count == 0 ? null : tokens.Aggregate(0L, (sum, one) => GeminiCliTokens.Sum(sum, one.Prompt)),
            CompletionTokens = tokens.Count == 0 ? null : tokens.Aggregate(0L, (sum, one) => GeminiCliTokens.Sum(sum, one.Completion)),
            DurationMs = (long?)(last - first)?.TotalMilliseconds,
            CreatedAt = started ?? first,
            UpdatedAt = updated ?? last,
            Metadata = MetadataObject.OfValues(
            [
                new("cwd", folder),
                new("project_hash", projectHash),
                new("kind", kind),
                new("cached_tokens", Positive(tokens.Aggregate(0L, (sum, one) => GeminiCliTokens.Sum(sum, one.Cached)))),
                new("thought_tokens", Positive(tokens.Aggregate(0L, (sum, one) => GeminiCliTokens.Sum(sum, one.Thoughts)))),
                new(MetadataObject.ReplacedCharacters, Positive(replaced)),
            ]),
            Messages = messages,
        };
    }

    private static string? Type(JsonElement value) => value.MemberText("type") ?? value.MemberText("role");

    /// <summary>The first line, a change to it, or the one document of older versions.</summary>
    private void AddHeader(JsonElement header, int bytes)
    {
        sessionId = header.MemberText("sessionId") ?? sessionId;
        projectHash = header.MemberText("projectHash") ?? projectHash;
        kind = header.MemberText("kind") ?? kind;
        summary = header.MemberText("summary") ?? summary;
        started = header.MemberTime("startTime") ?? started;
        updated = header.MemberTime("lastUpdated") ?? updated;
        if ((header.Member("directories") ?? default).Items.FirstOrDefault() is { ValueKind: JsonValueKind.String } directory)
        {
            folder = directory.GetString();
        }

        if (header.Member("messages") is { ValueKind: JsonValueKind.Array } list)
        {
            Cut(0);
            var share = bytes / Math.Max(1, list.GetArrayLength());
            foreach (var message in list.Items)
            {
                AddMessage(message, Type(message), share);
            }
        }
    }

    private void AddMessage(JsonElement value, string? type, int bytes)
    {
        var id = value.MemberText("id");
        IReadOnlyList<Message> messages = [];
        switch (type)
        {
            case "user":
                messages = GeminiCliMessages.OfPrompt(value);
                break;
            case "gemini" or "model" or "assistant":
                var tokens = GeminiCliTokens.Read(value.Member("tokens"));
                messages = GeminiCliMessages.OfAnswer(value, tokens);
                if (tokens is not null)
                {
                    usage[id ?? $"\0{nameless++}"] = tokens;
                }

                break;
        }

        // A notice or command has its place, too: a rewind may name it.
        tookMessage |= messages.Count > 0;
        var entry = new Entry(id, messages, bytes);
        entryBytes += bytes;
        if (id is not null && places.TryGetValue(id, out var place))
        {
            entryBytes -= entries[place].Bytes;
            entries[place] = entry;
            return;
        }

        if (id is not null)
        {
            places[id] = entries.Count;
        }

        entries.Add(entry);
    }

    private void Cut(int place)
    {
        foreach (var entry in entries.Skip(place))
        {
            entryBytes -= entry.Bytes;
            if (entry.Id is not null)
            {
                places.Remove(entry.Id);
            }
        }

        entries.RemoveRange(place, entries.Count - place);
    }

    private static long? Positive(long number) => number > 0 ? number : null;

    private sealed record Entry(string? Id, IReadOnlyList<Message> Messages, int Bytes);
}

/// <summary>Tokens of one answer. The input includes cached ones; thoughts are counted beside the output.</summary>
internal sealed record GeminiCliTokens(long Input, long Output, long Cached, long Thoughts, long Tool)
{
    public long Prompt => Sum(Input, Tool);

    public long Completion => Sum(Output, Thoughts);

    /// <summary>Counts come from outside: what is beyond all measure stays at the largest number.</summary>
    public static long Sum(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;

    public static GeminiCliTokens? Read(JsonElement? tokens) => tokens is { ValueKind: JsonValueKind.Object } counts
        ? new GeminiCliTokens(
            counts.MemberCount("input") ?? 0, counts.MemberCount("output") ?? 0, counts.MemberCount("cached") ?? 0, counts.MemberCount("thoughts") ?? 0, counts.MemberCount("tool") ?? 0)
        : null;
}
