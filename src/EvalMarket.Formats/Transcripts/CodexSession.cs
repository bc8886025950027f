using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>Makes the session of what a Codex file holds.</summary>
internal static class CodexSession
{
    public static Session Build(CodexLog log, string source)
    {
        var messages = Messages(Chosen(log.Entries));
        if (log.IsAgent)
        {
            messages = [.. messages.Select(message => message.Role == MessageRole.User ? SessionFacts.OfAgent(message) : message)];
        }

        var tokens = log.Tokens;
        return new Session
        {
            ExternalId = SessionFacts.Id(log.SessionId) ?? SessionFacts.HashOfBeginning(messages),
            Title = SessionFacts.Title(SessionFacts.FirstPrompt(messages), log.IsAgent ? messages.FirstOrDefault()?.Content : null),
            Source = source,
            Project = SessionFacts.Project(log.Folder),
            Model = SessionFacts.Model(messages) ?? log.Model,
            Provider = log.Provider ?? "openai",
            PromptTokens = tokens?.Input,
            CompletionTokens = tokens?.Output,
            DurationMs = log is { First: { } first, Last: { } last } ? (long)(last - first).TotalMilliseconds : null,
            CreatedAt = log.First,
            UpdatedAt = log.Last,
            Metadata = MetadataObject.OfValues(
            [
                new("cwd", log.Folder),
                new("git_branch", log.GitBranch),
                new("version", log.Version),
                new("forked_from_id", log.ForkedFrom),
                new("parent_session_id", log.IsAgent ? log.Parent : null),
                new("agent_id", log.IsAgent ? log.Agent : null),
                new("cached_tokens", tokens is { Cached: > 0 } ? tokens.Cached : null),
                new(MetadataObject.ReplacedCharacters, log.Replaced > 0 ? (long)log.Replaced : null),
            ]),
            Messages = messages,
        };
    }

    /// <summary>The entries that count: of what is told in several channels, one.</summary>
    private static List<CodexEntry> Chosen(List<CodexEntry> entries)
    {
        var hasPromptEvents = entries.Exists(entry => entry is { Role: MessageRole.User, Channel: not CodexChannel.Response });
        var prompts = entries.Where(entry => entry.Role != MessageRole.User || !hasPromptEvents || entry.Channel != CodexChannel.Response);

        List<CodexEntry> chosen = [];
        List<CodexEntry> turn = [];
        foreach (var entry in prompts)
        {
            if (entry.TakenBack > 0)
            {
                chosen.AddRange(OfTurn(turn));
                turn = [];
                TakeBack(chosen, entry.TakenBack);
            }
            else if (entry.Role == MessageRole.User)
            {
                chosen.AddRange(OfTurn(turn));
                turn = [];
                // Both kinds of event tell the same prompt.
                if (chosen.Count > 0 && chosen[^1] is { Role: MessageRole.User } last && last.Text == entry.Text && last.Channel != entry.Channel)
                {
                    continue;
                }

                chosen.Add(entry);
            }
            else
            {
                turn.Add(entry);
            }
        }

        chosen.AddRange(OfTurn(turn));
        return chosen;
    }

    private static void TakeBack(List<CodexEntry> chosen, long prompts)
    {
        while (prompts > 0 && chosen.FindLastIndex(entry => entry.Role == MessageRole.User) is var at and >= 0)
        {
            chosen.RemoveRange(at, chosen.Count - at);
            prompts--;
        }
    }

    private static IEnumerable<CodexEntry> OfTurn(List<CodexEntry> turn)
    {
        var hasEvents = turn.Exists(entry => IsAnswer(entry) && entry.Channel != CodexChannel.Response);
        Dictionary<string, (int Event, int Item)> told = [];
        foreach (var entry in turn)
        {
            if (!IsAnswer(entry))
            {
                yield return entry;
                continue;
            }

            if (entry.Channel == CodexChannel.Response)
            {
                if (!hasEvents)
                {
                    yield return entry;
                }

                continue;
            }

            // The n-th telling in one channel is the n-th in the other.
            var (events, items) = told.GetValueOrDefault(entry.Text);
            var now = entry.Channel == CodexChannel.Event ? (events + 1, items) : (events, items + 1);
            told[entry.Text] = now;
            if (Math.Max(now.Item1, now.Item2) > Math.Max(events, items))
            {
                yield return entry;
            }
        }
    }

    private static bool IsAnswer(CodexEntry entry) => entry.Role == MessageRole.Assistant && entry.Text.Length > 0;

    private static List<Message> Messages(List<CodexEntry> entries)
    {
        List<Message> messages = [];
        List<MessagePart> thoughts = [];
        foreach (var entry in entries)
        {
            var last = messages.Count > 0 ? messages[^1] : null;
            if (entry.Role == MessageRole.Assistant && entry.Text.Length == 0)
            {
                if (entry.Parts.All(part => part.Type == MessagePartType.Reasoning))
                {
                    thoughts.AddRange(entry.Parts);
                }
                else if (last is { Role: MessageRole.Assistant })
                {
                    messages[^1] = last with { Parts = [.. last.Parts, .. thoughts, .. entry.Parts] };
                    thoughts.Clear();
                }
                else
                {
                    Add(entry);
                }

                continue;
            }

            if (entry.Role == MessageRole.User && thoughts.Count > 0)
            {
                Add(new CodexEntry(MessageRole.Assistant, CodexChannel.Response, "", [], null, null));
            }

            Add(entry);
        }

        if (thoughts.Count > 0)
        {
            Add(new CodexEntry(MessageRole.Assistant, CodexChannel.Response, "", [], null, null));
        }

        return messages;

        void Add(CodexEntry entry)
        {
            // Reasoning stands before the message that it led to.
            var isAnswer = entry.Role == MessageRole.Assistant;
            messages.Add(new Message
            {
                Role = entry.Role,
                Content = entry.Text,
                Parts = isAnswer ? [.. thoughts, .. entry.Parts] : entry.Parts,
                Model = entry.Model,
                CreatedAt = entry.Time,
            });
            if (isAnswer)
            {
                thoughts.Clear();
            }
        }
    }
}
