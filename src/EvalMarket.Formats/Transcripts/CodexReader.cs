using System.Runtime.CompilerServices;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// Codex CLI: <c>~/.codex/sessions/YYYY/MM/DD/rollout-*.jsonl</c>, and the bare <c>{role, content}</c> lines of the oldest versions. One file is one session.
/// <para>Where a file can be read two ways:</para>
/// <list type="bullet">
/// <item>Prompts come from <c>event_msg</c> (<c>user_message</c>, or <c>item_completed</c> with a <c>UserMessage</c>); only a file without any falls back to
/// <c>response_item</c>, without what Codex injects there. Answers likewise, but turn by turn: some versions write events for prompts only.
/// The same text as both kinds of event is one message.</item>
/// <item>Of a prompt that an editor wrapped in its context, the part after "My request for Codex:" counts.</item>
/// <item>Developer messages are Codex's own instructions and left out.</item>
/// <item>Tool calls and reasoning come from <c>response_item</c>; a call belongs to the assistant message before it, or makes one of its own.</item>
/// <item>The last cumulative <c>token_count</c> is the usage; a counter that starts again is added to what was before. Input includes cached tokens.</item>
/// <item>A fork replays its parent under the first <c>session_meta</c>, which names the session.</item>
/// <item>Prompts that were taken back (<c>thread_rolled_back</c>) are left out with what followed them. A compaction does not end the conversation.</item>
/// <item>A sub-agent's session (<c>source.subagent</c>) has <c>parent_session_id</c> in its metadata. Its prompts come from the main agent: they are system messages, and make no turns.</item>
/// </list>
/// </summary>
public sealed class CodexReader : ITranscriptReader
{
    public string Format => "codex";

    public string DisplayName => "Codex CLI";

    public string? Detect(TranscriptSample sample)
    {
        foreach (var line in SampleLines.Objects(sample))
        {
            switch (line.Text("type"))
            {
                case "session_meta" or "turn_context" or "response_item" or "event_msg" or "compacted" or "world_state" when line.IsObject("payload"):
                    return $"Lines of type {line.Text("type")} with a payload, as Codex writes them.";
                case null or "message" when line.Text("role") is "user" or "assistant" && (line.Has("content") || line.Text("message") is not null):
                    return "Bare lines with role and content, as the oldest Codex versions wrote them.";
            }
        }

        return null;
    }

    public async IAsyncEnumerable<TranscriptRecord> ReadAsync(TranscriptFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var log = new CodexLog();
        long bytes = 0;
        await foreach (var line in TranscriptLines.ReadAsync(file, cancellationToken))
        {
            if (line.Error is not null)
            {
                yield return TranscriptRecord.Bad(line.Error);
                continue;
            }

            if (log.Add(line))
            {
                bytes += line.Bytes;
            }

            if (bytes > file.MaxSessionBytes)
            {
                yield return TranscriptRecord.Bad(TranscriptProblems.SessionTooLarge(file, line.Number));
                yield break;
            }
        }

        yield return CodexSession.Build(log, Format) is { Messages.Count: > 0 } session
            ? TranscriptRecord.Of(session, log.FirstLine)
            : TranscriptRecord.Bad(TranscriptProblems.NoConversation(file));
    }
}
