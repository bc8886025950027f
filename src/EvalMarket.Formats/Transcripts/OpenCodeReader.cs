using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// OpenCode: its storage folder (<c>~/.local/share/opencode/storage</c>, as a folder or a ZIP archive), the output of <c>opencode export</c>, and event streams of its server as JSON Lines.
/// <para>Where it can be read two ways:</para>
/// <list type="bullet">
/// <item>The storage is <c>session/{project}/{id}.json</c>, <c>message/{session}/*.json</c>, <c>part/{message}/*.json</c>; older versions have <c>project/{project}/storage/session/{info,message,part}</c>.
/// Messages are in the order of their time, then of their names; parts in the order of their names. The text lies in the parts: messages alone are refused.</item>
/// <item>What is <c>synthetic</c> or <c>ignored</c> is not what anyone said and left out. A command that runs in a sub-agent (<c>subtask</c>) is a prompt.</item>
/// <item>An assistant message is one of ours up to the results of its tools; what it says after them is another one. Calls without a result (<c>pending</c>, <c>running</c>) stay calls.</item>
/// <item>A message that sums up what was compacted (<c>summary: true</c>) answers nobody and is left out. After a revert the messages from that one on are left out.</item>
/// <item>A child session (with <c>parentID</c>) is a session of its own, with <c>parent_session_id</c> in its metadata. Its prompts come from the main agent: they are system messages, and make no turns.</item>
/// <item>Tokens are counted once: those of a message's steps if it has them, else its own. Prompt tokens are all that the model read, completion tokens include reasoning. Usage of what is left out counts: it was paid for.</item>
/// <item><c>opencode run --format json</c> does not hold the prompts and is refused.</item>
/// </list>
/// </summary>
public sealed class OpenCodeReader : ITranscriptTreeReader
{
    public string Format => "opencode";

    public string DisplayName => "OpenCode";

    public string? Detect(TranscriptSample sample)
    {
        if (SampleDocument.Object(sample) is { } document
            && document.Member("info") is { ValueKind: JsonValueKind.Object } && document.Member("messages") is { ValueKind: JsonValueKind.Array })
        {
            return "An object with info and messages, as opencode export writes it.";
        }

        return OpenCodeEvents.IsStream(sample) ? "Events of sessions and messages, as OpenCode's server sends them." : null;
    }

    public IEnumerable<TranscriptTree> Match(IReadOnlyList<UploadedFile> files) => OpenCodeTree.Match(files);

    public IAsyncEnumerable<TranscriptRecord> ReadTreeAsync(TranscriptTree tree, UploadBounds bounds, CancellationToken cancellationToken) =>
        new OpenCodeTree(tree, bounds).ReadAsync(cancellationToken);

    public async IAsyncEnumerable<TranscriptRecord> ReadAsync(TranscriptFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var records = await OpenCodeFile.ReadAsync(file, cancellationToken);
        foreach (var record in records)
        {
            yield return record;
        }
    }

    /// <summary>Why a file of OpenCode's is not read alone; null when it is none.</summary>
    internal static string? WhyNotAlone(TranscriptSample sample)
    {
        if (SampleLines.Objects(sample).FirstOrDefault() is { } line && line.IsObject("part") && line.Has("sessionID") && line.Text("type") is not null)
        {
            return "This is the output of `opencode run --format json`, which does not hold the prompts: send the output of `opencode export`, or OpenCode's storage folder.";
        }

        var what = SampleDocument.Object(sample) switch
        {
            null => null,
            { } part when part.MemberText("messageID") is not null && part.MemberText("type") is not null => "a part of a message",
            { } message when message.MemberText("sessionID") is not null && message.Member("time") is { ValueKind: JsonValueKind.Object } => "a message without its text",
            { } session when session.MemberText("projectID") is not null && session.MemberText("directory") is not null => "a session without its messages",
            _ => null,
        };
        return what is null ? null : $"This is {what} from OpenCode's storage: send the whole storage folder, or it as a ZIP archive.";
    }
}
