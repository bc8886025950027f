using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// Reads one source's transcripts. A reader streams, keeps line numbers for errors, never fails a file for one bad line,
/// and never invents a turn. One file a source in this folder, one line in <see cref="TranscriptReaders"/>.
/// </summary>
public interface ITranscriptReader
{
    /// <summary>Wire name, also the <c>source</c> of the sessions it gives: <c>claude-code</c>.</summary>
    string Format { get; }

    /// <summary>What people call it: "Claude Code".</summary>
    string DisplayName { get; }

    /// <summary>Looks at the beginning of a file. Null when this is not the format; else the reason, in words, why it is.</summary>
    string? Detect(TranscriptSample sample);

    /// <summary>Gives sessions and errors in file order. Throws only for what the stream itself throws.</summary>
    IAsyncEnumerable<TranscriptRecord> ReadAsync(TranscriptFile file, CancellationToken cancellationToken);
}

/// <summary>A file to read. The caller owns and disposes the stream, which need not be seekable.</summary>
public sealed record TranscriptFile(string Name, Stream Content)
{
    /// <summary>Longest line, or largest conversation of an export, that is read, in bytes; a longer one is an error of its line and skipped.</summary>
    public int MaxLineBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Most bytes of text that one session may hold in memory; beyond it the session is an error.</summary>
    public long MaxSessionBytes { get; init; } = 256L * 1024 * 1024;
}

/// <summary>The name of a file and its first bytes (up to 64 KB, fewer when the file is shorter).</summary>
public sealed record TranscriptSample(string Name, ReadOnlyMemory<byte> Head, bool IsWhole);

/// <summary>Either a session or an error, with the line where it starts.</summary>
public readonly record struct TranscriptRecord
{
    private TranscriptRecord(Session? session, ContentError? error, long? line)
    {
        Session = session;
        Error = error;
        Line = line;
    }

    public Session? Session { get; }

    public ContentError? Error { get; }

    public long? Line { get; }

    public static TranscriptRecord Of(Session session, long? line = null) => new(session, null, line);

    public static TranscriptRecord Bad(ContentError error) => new(null, error, error.Line);
}
