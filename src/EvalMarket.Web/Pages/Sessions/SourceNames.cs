using EvalMarket.Formats.Transcripts;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Sources in people's words.</summary>
internal static class SourceNames
{
    /// <summary>"Claude Code" for <c>claude-code</c>; a name that a sender chose stays as it is.</summary>
    public static string Of(string? source) => source is null ? "" : TranscriptReaders.Find(source)?.DisplayName ?? source;
}
