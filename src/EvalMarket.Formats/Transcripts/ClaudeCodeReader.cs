using System.Runtime.CompilerServices;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// Claude Code: <c>~/.claude/projects/…/{sessionId}.jsonl</c> and <c>…/subagents/agent-*.jsonl</c>. One file is one session.
/// <para>Where a file can be read two ways:</para>
/// <list type="bullet">
/// <item>Lines of one <c>message.id</c> are one message; its texts are joined by a blank line.</item>
/// <item>The conversation is the path from the last main line up the <c>parentUuid</c> tree, so what was rewound is left out. Results of parallel
/// tool calls hang on side branches of the tree and stay in. A compaction (a boundary with <c>logicalParentUuid</c>, or a summary without a
/// parent) does not end the path. A tree with holes, cycles, or assistant lines without a parent is no tree: then the order of the file counts.</item>
/// <item>A file of side-chain lines only is a sub-agent's: its own session, named <c>{sessionId}/{agentId}</c>, with <c>parent_session_id</c> and <c>agent_id</c> in its metadata and its own usage, which the main file
/// does not have. What the main agent asks of it is no prompt of a person: it is kept as a system message, and such a session has no turns. In other files side-chain lines are left out.</item>
/// <item>The agents that Claude Code runs for itself (<c>acompact-…</c>, <c>aprompt_suggestion-…</c>) repeat the session that they sum up: they are refused, or it would be there twice.</item>
/// <item>Blocks that the editor or the command line put into a prompt (reminders, opened files, selections, command output) are not part of it;
/// what the person typed around them is. A slash command is its arguments.</item>
/// <item>Usage counts every <c>message.id</c> once, from its last line, abandoned branches and side chains too: they were paid for.
/// Prompt tokens are all that the model read: fresh, written to and read from the cache; the parts are in the metadata.</item>
/// <item>Lines of the model <c>&lt;synthetic&gt;</c> are kept as messages without a model, except "No response requested.".</item>
/// <item>The title is the person's own (<c>custom-title</c>), else Claude Code's, else the <c>summary</c> whose <c>leafUuid</c> is in this file
/// (files also carry other sessions' summaries; a single one is taken), else the first prompt.</item>
/// </list>
/// </summary>
public sealed class ClaudeCodeReader : ITranscriptReader
{
    public string Format => "claude-code";

    public string DisplayName => "Claude Code";

    public string? Detect(TranscriptSample sample)
    {
        foreach (var line in SampleLines.Objects(sample))
        {
            switch (line.Text("type"))
            {
                case "user" or "assistant" when line.IsObject("message"):
                    return "Lines of type user and assistant with a message object, as Claude Code writes them.";
                case "summary" when line.Has("summary") && line.Has("leafUuid"):
                    return "A summary line with leafUuid, as Claude Code writes it.";
                case "system" or "attachment" or "progress" when line.Has("uuid") && line.Has("sessionId"):
                    return "Lines with uuid and sessionId, as Claude Code writes them.";
                case null when line.IsObject("message") && line.Has("sessionId"):
                    return "Lines with sessionId and a message object, as Claude Code writes them.";
            }
        }

        return null;
    }

    public async IAsyncEnumerable<TranscriptRecord> ReadAsync(TranscriptFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var log = new ClaudeCodeLog();
        long bytes = 0;
        await foreach (var line in TranscriptLines.ReadAsync(file, cancellationToken))
        {
            if (line.Error is not null)
            {
                yield return TranscriptRecord.Bad(line.Error);
                continue;
            }

            if (log.Add(line) is { } problem)
            {
                yield return TranscriptRecord.Bad(new ContentError(problem, Line: line.Number, File: file.Name));
            }
            else if (log.TookLine)
            {
                bytes += line.Bytes;
            }

            if (bytes > file.MaxSessionBytes)
            {
                yield return TranscriptRecord.Bad(TranscriptProblems.SessionTooLarge(file, line.Number));
                yield break;
            }
        }

        if (log.IsCopy)
        {
            yield return TranscriptRecord.Bad(new ContentError("This file repeats a session so that Claude Code can sum it up; the session has a file of its own.", File: file.Name));
            yield break;
        }

        yield return ClaudeCodeSession.Build(log, Format) is { Messages.Count: > 0 } session
            ? TranscriptRecord.Of(session, log.FirstLine)
            : TranscriptRecord.Bad(TranscriptProblems.NoConversation(file));
    }
}
