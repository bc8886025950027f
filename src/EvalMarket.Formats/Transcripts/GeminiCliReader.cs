using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// Gemini CLI: <c>~/.gemini/tmp/{project}/chats/session-*.jsonl</c>, and the older <c>session-*.json</c> with all messages in one document. One file is
/// one session; documents of several sessions in one file are as many.
/// <para>Where a file can be read two ways:</para>
/// <list type="bullet">
/// <item>The lines are a log that is replayed: the same id replaces a message, <c>$set</c> may replace all of them, <c>$rewindTo</c> takes that message
/// and what follows away (everything, when there is no such message, as the program itself does it).</item>
/// <item>What begins with <c>/</c>, <c>?</c>, <c>&lt;session_context&gt;</c> or <c>&lt;hook_context&gt;</c> is no prompt. Of a prompt into which files
/// were drawn, what the person saw (<c>displayContent</c>) counts.</item>
/// <item>A file of <c>kind: subagent</c> is a session of its own; what the main agent asks in it is no prompt of a person, but a system message.</item>
/// <item>Notices (<c>info</c>, <c>error</c>, <c>warning</c>) are no messages. A tool's result is a message of its own after its call.</item>
/// <item>Usage counts each message id once, from its last line, rewound ones too: they were paid for. The input includes what was cached; thoughts
/// are output. The parts are in the metadata.</item>
/// </list>
/// </summary>
public sealed class GeminiCliReader : ITranscriptReader
{
    public string Format => "gemini-cli";

    public string DisplayName => "Gemini CLI";

    public string? Detect(TranscriptSample sample)
    {
        foreach (var item in SampleDocument.Objects(sample))
        {
            if (item.MemberText("sessionId") is not null && item.MemberText("projectHash") is not null)
            {
                return "A session with sessionId and projectHash, as Gemini CLI writes it.";
            }

            if ((item.Member("messages") ?? default).Items.Any(IsAnswer))
            {
                return "A list of messages of type gemini, as Gemini CLI writes them.";
            }
        }

        foreach (var line in SampleLines.Objects(sample))
        {
            if (line.Text("type") == "gemini" && line.Has("id") && (line.Has("content") || line.Has("toolCalls")))
            {
                return "Lines of type gemini, as Gemini CLI writes them.";
            }

            if (line.Has("sessionId") && line.Has("projectHash"))
            {
                return "A line with sessionId and projectHash, as Gemini CLI writes it.";
            }
        }

        return null;
    }

    public async IAsyncEnumerable<TranscriptRecord> ReadAsync(TranscriptFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var log = new GeminiCliLog();
        var any = false;
        await foreach (var value in TranscriptValues.ReadAsync(file, listName: null, "record", cancellationToken))
        {
            if (value.Error is not null)
            {
                yield return TranscriptRecord.Bad(value.Error);
                continue;
            }

            if (log.IsOther(value.Value) && log.Build(Format) is { Messages.Count: > 0 } whole)
            {
                any = true;
                yield return TranscriptRecord.Of(whole, log.FirstLine);
                log = new GeminiCliLog();
            }

            log.Add(value);
            if (log.Bytes > file.MaxSessionBytes)
            {
                yield return TranscriptRecord.Bad(TranscriptProblems.SessionTooLarge(file, value.Number));
                yield break;
            }
        }

        if (log.Build(Format) is { Messages.Count: > 0 } session)
        {
            yield return TranscriptRecord.Of(session, log.FirstLine);
        }
        else if (!any)
        {
            yield return TranscriptRecord.Bad(TranscriptProblems.NoConversation(file));
        }
    }

    private static bool IsAnswer(JsonElement message) => message.MemberText("type") == "gemini" && message.MemberText("role") is null;
}
