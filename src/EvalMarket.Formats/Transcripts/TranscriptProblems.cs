namespace EvalMarket.Formats.Transcripts;

/// <summary>Errors that several readers give.</summary>
internal static class TranscriptProblems
{
    public static ContentError NoConversation(TranscriptFile file) =>
        new("There is no conversation in this file: no line with a prompt or an answer.", File: file.Name);

    public static ContentError SessionTooLarge(TranscriptFile file, long line) =>
        new($"The session is larger than {file.MaxSessionBytes:N0} bytes; it was left out.", Line: line, File: file.Name);
}
