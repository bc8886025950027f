using System.Globalization;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>Makes the session of what a Claude Code file holds.</summary>
internal static class ClaudeCodeSession
{
    public static Session Build(ClaudeCodeLog log, string source)
    {
        var entries = ClaudeCodeThread.Of(log, out var isPath);
        var isAgent = entries.Count > 0 && entries.All(entry => entry.IsSidechain);
        var messages = Messages(entries, log);
        if (isAgent)
        {
            // Who speaks to a sub-agent is the main agent.
            messages = [.. messages.Select(message => message.Role == MessageRole.User ? SessionFacts.OfAgent(message) : message)];
        }

        var times = entries.Select(entry => entry.Time).OfType<DateTimeOffset>().ToList();
        DateTimeOffset? created = times.Count > 0 ? times.Min() : null;
        DateTimeOffset? updated = times.Count > 0 ? times.Max() : null;
        var usage = log.Usage.Values;
        return new Session
        {
            ExternalId = SessionFacts.Id(Name(log, entries, isPath, isAgent)) ?? SessionFacts.HashOfBeginning(messages),
            Title = SessionFacts.Title([log.CustomTitle, log.AiTitle, Summary(log), SessionFacts.FirstPrompt(messages), isAgent ? messages.FirstOrDefault()?.Content : null]),
            Source = source,
            Project = SessionFacts.Project(log.Folder),
            Model = SessionFacts.Model(messages),
            Provider = "anthropic",
            PromptTokens = usage.Count == 0 ? null : usage.Sum(one => one.Input + one.CacheCreation + one.CacheRead),
            CompletionTokens = usage.Count == 0 ? null : usage.Sum(one => one.Output),
            Cost = log.Cost,
            DurationMs = created is { } first && updated is { } last ? (long)(last - first).TotalMilliseconds : null,
            CreatedAt = created,
            UpdatedAt = updated,
            Metadata = Metadata(log, isAgent),
            Messages = messages,
        };
    }

    /// <summary>
    /// The last line names the session: a resumed file begins with lines of the one it continues. Where the lines make no path, most of them do.
    /// </summary>
    private static string? Name(ClaudeCodeLog log, IReadOnlyList<ClaudeCodeEntry> entries, bool isPath, bool isAgent)
    {
        var names = entries.Select(entry => entry.SessionId).OfType<string>().Where(id => id.Length > 0).ToList();
        var name = (isPath ? names.LastOrDefault() : names.CountBy(id => id).OrderByDescending(pair => pair.Value).FirstOrDefault().Key) ?? log.SessionId;
        return isAgent && name is not null && (log.AgentId ?? entries[0].Uuid) is { } agent ? $"{name}/{agent}" : name;
    }

    private static string? Summary(ClaudeCodeLog log) =>
        log.Summaries.LastOrDefault(summary => summary.Leaf is not null && log.IsKnown(summary.Leaf)).Text
        ?? (log.Summaries.Count == 1 ? log.Summaries[0].Text : null);

    private static List<Message> Messages(IReadOnlyList<ClaudeCodeEntry> entries, ClaudeCodeLog log)
    {
        List<Message> messages = [];
        Dictionary<string, int> answers = [];
        foreach (var entry in entries)
        {
            if (!entry.IsAssistant)
            {
                AddUserLine(messages, entry);
            }
            else if (entry.MessageId is not null && answers.TryGetValue(entry.MessageId, out var at))
            {
                messages[at] = Joined(messages[at], entry);
            }
            else
            {
                if (entry.MessageId is not null)
                {
                    answers[entry.MessageId] = messages.Count;
                }

                messages.Add(new Message
                {
                    ExternalId = SessionFacts.Id(entry.MessageId ?? entry.Uuid),
                    Role = MessageRole.Assistant,
                    Content = entry.Text,
                    Parts = entry.Parts,
                    Model = entry.Model,
                    Tokens = (entry.MessageId ?? entry.Uuid) is { } key && log.Usage.TryGetValue(key, out var usage) ? usage.Output : null,
                    CreatedAt = entry.Time,
                });
            }
        }

        return messages;
    }

    /// <summary>Tool results are messages of their own, before what the person typed in the same line.</summary>
    private static void AddUserLine(List<Message> messages, ClaudeCodeEntry entry)
    {
        var made = 0;
        foreach (var result in entry.Results)
        {
            messages.Add(new Message
            {
                ExternalId = Numbered(entry.Uuid, made),
                Role = MessageRole.Tool,
                Content = result.Text ?? "",
                Parts = made == 0 ? [result, .. entry.ResultImages] : [result],
                CreatedAt = entry.Time,
            });
            made++;
        }

        if (entry.Text.Length > 0 || entry.Parts.Count > 0)
        {
            messages.Add(new Message
            {
                ExternalId = Numbered(entry.Uuid, made),
                Role = MessageRole.User,
                Content = entry.Text,
                Parts = entry.Parts,
                CreatedAt = entry.Time,
            });
        }
    }

    private static string? Numbered(string? uuid, int made) =>
        uuid is null ? null : SessionFacts.Id(made == 0 ? uuid : string.Create(CultureInfo.InvariantCulture, $"{uuid}#{made + 1}"));

    private static Message Joined(Message message, ClaudeCodeEntry entry) => message with
    {
        Content = message.Content.Length == 0 || entry.Text.Length == 0
            ? message.Content + entry.Text
            : message.Content + ClaudeCodeBlocks.Separator + entry.Text,
        // Some versions repeat a message's earlier blocks in its later lines.
        Parts = [.. message.Parts, .. entry.Parts.Where(part => part.CallId is null || !message.Parts.Any(known => known.CallId == part.CallId))],
        Model = entry.Model ?? message.Model,
    };

    private static System.Text.Json.JsonElement? Metadata(ClaudeCodeLog log, bool isAgent)
    {
        var usage = log.Usage.Values;
        return MetadataObject.OfValues(
        [
            new("cwd", log.Folder),
            new("git_branch", log.GitBranch),
            new("version", log.Version),
            new("agent_id", log.AgentId),
            new("parent_session_id", isAgent ? log.SessionId : null),
            new("cache_creation_tokens", Positive(usage.Sum(one => one.CacheCreation))),
            new("cache_read_tokens", Positive(usage.Sum(one => one.CacheRead))),
            new(MetadataObject.ReplacedCharacters, Positive(log.Replaced)),
        ]);
    }

    private static long? Positive(long number) => number > 0 ? number : null;
}
