namespace EvalMarket.Formats.Transcripts;

/// <summary>All readers, in the order in which detection asks them: the more telling shapes first.</summary>
public static class TranscriptReaders
{
    public static IReadOnlyList<ITranscriptReader> All { get; } =
    [
        new ClaudeCodeReader(),
        new CodexReader(),
        new OpenCodeReader(),
        new GeminiCliReader(),
        new ChatGptReader(),
        new ClaudeAiReader(),
        new EvalMarketReader(),
        new OpenAiMessagesReader(),
    ];

    public static ITranscriptReader? Find(string format) => All.FirstOrDefault(reader => reader.Format == format);
}
