using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Transcripts;

/// <summary>What a file is, and why; or no reader, and why not.</summary>
/// <param name="Reader">Null when no reader takes the file.</param>
/// <param name="Reason">In words for the person who sent the file.</param>
public sealed record TranscriptDetection(ITranscriptReader? Reader, string Reason);

/// <summary>Finds the reader of a file by its content; its name is never trusted.</summary>
public static class TranscriptDetector
{
    /// <summary>How much of a file is looked at.</summary>
    public const int SampleBytes = 64 * 1024;

    /// <summary>Asks each reader in turn.</summary>
    public static TranscriptDetection Detect(TranscriptSample sample)
    {
        if (WhyUnreadable(sample.Head.Span) is { } unreadable)
        {
            return new TranscriptDetection(null, unreadable);
        }

        foreach (var reader in TranscriptReaders.All)
        {
            if (reader.Detect(sample) is { } reason)
            {
                return new TranscriptDetection(reader, reason);
            }
        }

        return new TranscriptDetection(null, WhyUnknown(sample));
    }

    /// <summary>Why no reader can take such bytes, whatever the format; null when they may be text.</summary>
    internal static string? WhyUnreadable(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\uFEFF"u8))
        {
            head = head[3..];
        }

        if (head.Trim(" \t\r\n"u8).IsEmpty)
        {
            return "The file is empty.";
        }

        if (head.StartsWith("version https://git-lfs.github.com/spec/"u8))
        {
            return "This is a Git LFS pointer, not the data itself: fetch the file with `git lfs pull` and send that.";
        }

        if (head.StartsWith("PK\x03\x04"u8))
        {
            return "This is a ZIP archive that no reader takes: unpack it and send the transcript files.";
        }

        ReadOnlySpan<byte> gzip = [0x1f, 0x8b];
        ReadOnlySpan<byte> zstandard = [0x28, 0xb5, 0x2f, 0xfd];
        if (head.StartsWith(gzip))
        {
            return "The file is compressed with gzip: unpack it with `gunzip` first.";
        }

        if (head.StartsWith(zstandard))
        {
            return "The file is compressed with Zstandard: unpack it with `zstd -d` first.";
        }

        if (head is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
        {
            return "The file is UTF-16 text: save it as UTF-8.";
        }

        // POSIX.1-1988, ustar: the magic lies behind the first name.
        if (head.Length > 262 && head[257..].StartsWith("ustar"u8))
        {
            return "This is a tar archive: send the files as a ZIP archive or as a folder.";
        }

        if (head.StartsWith("SQLite format 3\0"u8))
        {
            return "This is an SQLite database, not a transcript. What newer versions of OpenCode keep in one comes out with `opencode export`.";
        }

        if (head.Contains((byte)0))
        {
            return "This is a binary file, not a transcript.";
        }

        return null;
    }

    private static string WhyUnknown(TranscriptSample sample)
    {
        if (OpenCodeReader.WhyNotAlone(sample) is { } whole)
        {
            return whole;
        }

        var text = sample.Head.Span;
        text = (text.StartsWith("\uFEFF"u8) ? text[3..] : text).TrimStart(" \t\r\n"u8);
        var objects = SampleDocument.Objects(sample);
        if (WhyRelated(objects, isList: text[0] == '[') is { } related)
        {
            return related;
        }

        var lines = SampleLines.Objects(sample).ToList();
        if (lines.FirstOrDefault() is { } first)
        {
            return first.Text("type") is { } type && type.StartsWith("thread.", StringComparison.Ordinal)
                ? "This is the output of `codex exec --json`, not a session: send the rollout file from ~/.codex/sessions."
                : $"JSON Lines, but of no known transcript format; the first line has the keys {Keys(first.Keys.Keys)}.";
        }

        var line = text.IndexOfAny((byte)'\n', (byte)'\r') is var end and >= 0 ? text[..end] : text;
        return text[0] switch
        {
            (byte)'{' or (byte)'[' when objects.Count > 0 && objects[0].Member("messages") is null && objects[0].EnumerateObject().Any() =>
                $"This is a JSON document, but of no known transcript format; {(text[0] == '[' ? "the first object of its list" : "it")} has the keys {Keys(objects[0].EnumerateObject().Select(property => property.Name))}.",
            (byte)'{' or (byte)'[' => "This looks like one JSON document that is spread over several lines or holds a list, not JSON Lines: put one object on each line.",
            (byte)'<' => "This is HTML or XML, not a transcript.",
            _ when line.IndexOfAny((byte)',', (byte)';', (byte)'\t') >= 0 => "This looks like a table (CSV), which holds no sessions.",
            _ => "This is no transcript of a known format.",
        };
    }

    /// <summary>Files that lie beside the ones we read, or come from the same makers.</summary>
    private static string? WhyRelated(IReadOnlyList<JsonElement> objects, bool isList)
    {
        if (objects.Any(item => item.Member("chunkedPrompt") is not null))
        {
            return "This is a prompt of Google AI Studio (chunkedPrompt), which is not read; of Gemini, the sessions of Gemini CLI are.";
        }

        if (isList && objects.Any(item => item.MemberText("sessionId") is not null && item.Member("messageId") is not null && item.Member("message") is not null))
        {
            return "This is Gemini CLI's logs.json, which has the prompts only: send the files from its folder chats.";
        }

        return null;
    }

    private static string Keys(IEnumerable<string> names) => string.Join(", ", names.Take(8));
}
