namespace EvalMarket.Formats.Transcripts;

/// <summary>Errors that several readers give.</summary>
internal static class TranscriptProblems
{
    public static ContentError NoConversation(TranscriptFile file) =>
        new("There is no conversation in this file: no line with a prompt or an answer.", File: file.Name);

    /// <summary>Applications export conversations that were opened and never used; one remark for all of them.</summary>
    public static ContentError EmptyConversations(TranscriptFile file, long count, long? line) => new(
        count == 1 ? "A conversation without a prompt or an answer was passed over." : $"{count:N0} conversations without a prompt or an answer were passed over.",
        Line: line,
        File: file.Name);

    public static ContentError SessionTooLarge(TranscriptFile file, long line) =>
        new($"The session is larger than {file.MaxSessionBytes:N0} bytes; it was left out.", Line: line, File: file.Name);
}
