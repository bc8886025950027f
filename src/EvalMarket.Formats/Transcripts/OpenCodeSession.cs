using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>A message of OpenCode and its parts, in order.</summary>
internal sealed record OpenCodeMessage(JsonElement Info, IReadOnlyList<JsonElement> Parts);

/// <summary>Makes a session of what OpenCode says about it, wherever it was kept.</summary>
internal static class OpenCodeSession
{
    /// <summary>The session; without messages when nobody says anything in it.</summary>
    /// <param name="info">The session's own object, if there is one.</param>
    /// <param name="all">Its messages, by name.</param>
    /// <param name="id">What it is called where it is kept, in case its object does not say.</param>
    /// <param name="replaced">Characters that are no text.</param>
    public static Session Build(JsonElement? info, IReadOnlyList<OpenCodeMessage> all, string? id, int replaced)
    {
        var session = info ?? default;
        var parent = session.MemberText("parentID") is { Length: > 0 } given ? given : null;
        var sorted = InOrder(all);
        var messages = Standing(sorted, session.Member("revert")).SelectMany(message => OpenCodeMessages.Of(message, isChild: parent is not null)).ToList();
        var usage = sorted.Select(OpenCodeUsage.Of).OfType<OpenCodeUsage>().ToList();
        var answers = sorted.FindAll(message => message.Info.MemberText("role") == "assistant");
        List<DateTimeOffset> times = [.. sorted.SelectMany(message => new[] { Time(message.Info, "created"), Time(message.Info, "completed") }).OfType<DateTimeOffset>()];
        DateTimeOffset? first = times.Count > 0 ? times.Min() : null;
        DateTimeOffset? last = times.Count > 0 ? times.Max() : null;
        var folder = session.MemberText("directory") ?? answers.Select(message => message.Info.Member("path")?.MemberText("cwd")).OfType<string>().FirstOrDefault();
        return new Session
        {
            ExternalId = SessionFacts.Id(session.MemberText("id") ?? id) ?? SessionFacts.HashOfBeginning(messages),
            Title = SessionFacts.Title([OwnTitle(session.MemberText("title")), SessionFacts.FirstPrompt(messages), messages.FirstOrDefault()?.Content]),
            Source = "opencode",
            Project = SessionFacts.Project(folder),
            Model = SessionFacts.Model(messages),
            Provider = answers.Select(message => Named(message.Info, "providerID")).OfType<string>().LastOrDefault(),
            PromptTokens = usage.Exists(one => one.HasTokens) ? usage.Sum(one => one.Input + one.CacheRead + one.CacheWrite) : null,
            CompletionTokens = usage.Exists(one => one.HasTokens) ? usage.Sum(one => one.Output + one.Reasoning) : null,
            Cost = usage.Exists(one => one.Cost is not null) ? usage.Sum(one => one.Cost ?? 0) : null,
            DurationMs = last is { } end && first is { } start ? (long)(end - start).TotalMilliseconds : null,
            CreatedAt = Time(session, "created") ?? first,
            UpdatedAt = last ?? Time(session, "updated"),
            Metadata = MetadataObject.OfValues(
            [
                new("cwd", folder),
                new("version", session.MemberText("version")),
                new("parent_session_id", parent),
                new("cache_creation_tokens", Positive(usage.Sum(one => one.CacheWrite))),
                new("cache_read_tokens", Positive(usage.Sum(one => one.CacheRead))),
                new("reasoning_tokens", Positive(usage.Sum(one => one.Reasoning))),
                new(MetadataObject.ReplacedCharacters, Positive(replaced)),
            ]),
            Messages = messages,
        };
    }

    /// <summary>A name of the model or the provider: a message's own, or that of its model.</summary>
    public static string? Named(JsonElement message, string name) => SessionFacts.Short(message.MemberText(name) ?? message.Member("model")?.MemberText(name));

    /// <summary>A time in milliseconds.</summary>
    public static DateTimeOffset? Time(JsonElement of, string name) =>
        of.Member("time")?.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var milliseconds)
            && milliseconds >= 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
            : null;

    /// <summary>By time; what has none stays behind what stands before it.</summary>
    private static List<OpenCodeMessage> InOrder(IReadOnlyList<OpenCodeMessage> messages)
    {
        var time = DateTimeOffset.MinValue;
        return [.. messages.Select(message => (Message: message, Time: time = Time(message.Info, "created") ?? time)).OrderBy(pair => pair.Time).Select(pair => pair.Message)];
    }

    /// <summary>The messages that a revert leaves: it names the first message, and sometimes the first part of it, that goes.</summary>
    private static IEnumerable<OpenCodeMessage> Standing(List<OpenCodeMessage> messages, JsonElement? revert)
    {
        var from = revert?.MemberText("messageID") is { } id ? messages.FindIndex(message => message.Info.MemberText("id") == id) : -1;
        if (from < 0)
        {
            return messages;
        }

        var kept = messages.Take(from);
        return revert?.MemberText("partID") is { } part
            ? kept.Append(messages[from] with { Parts = [.. messages[from].Parts.TakeWhile(one => one.MemberText("id") != part)] })
            : kept;
    }

    /// <summary>OpenCode calls a session by its time until it has a title.</summary>
    private static string? OwnTitle(string? title) =>
        title is null || title.StartsWith("New session - ", StringComparison.Ordinal) || title.StartsWith("Child session - ", StringComparison.Ordinal) ? null : title;

    private static long? Positive(long number) => number > 0 ? number : null;
}

/// <summary>What a message cost.</summary>
internal sealed record OpenCodeUsage(bool HasTokens, long Input, long Output, long Reasoning, long CacheRead, long CacheWrite, decimal? Cost)
{
    /// <summary>A message has the tokens of its last step only, and the cost of all of them.</summary>
    public static OpenCodeUsage? Of(OpenCodeMessage message)
    {
        var steps = message.Parts.Where(part => part.MemberText("type") == "step-finish").ToList();
        var tokens = steps.Select(step => step.Member("tokens")).OfType<JsonElement>().ToList();
        if (tokens.Count == 0 && message.Info.Member("tokens") is { } own)
        {
            tokens.Add(own);
        }

        List<decimal> costs = [.. steps.Select(step => step.MemberAmount("cost")).OfType<decimal>()];
        var cost = message.Info.MemberAmount("cost") ?? (costs.Count > 0 ? costs.Sum() : null);
        return tokens.Count == 0 && cost is null ? null : new OpenCodeUsage(
            tokens.Count > 0,
            tokens.Sum(one => one.MemberCount("input") ?? 0),
            tokens.Sum(one => one.MemberCount("output") ?? 0),
            tokens.Sum(one => one.MemberCount("reasoning") ?? 0),
            tokens.Sum(one => one.Member("cache")?.MemberCount("read") ?? 0),
            tokens.Sum(one => one.Member("cache")?.MemberCount("write") ?? 0),
            cost);
    }
}
