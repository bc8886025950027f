namespace EvalMarket.Formats.Transcripts;

/// <summary>All readers, in the order in which detection asks them.</summary>
public static class TranscriptReaders
{
    public static IReadOnlyList<ITranscriptReader> All { get; } = [];

    public static ITranscriptReader? Find(string format) => All.FirstOrDefault(reader => reader.Format == format);
}
