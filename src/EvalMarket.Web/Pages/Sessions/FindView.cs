using EvalMarket.Core.Sessions.Transcripts;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What was found of a text in a session.</summary>
/// <param name="Host">Where it stands.</param>
/// <param name="Text">What is looked for; "" for nothing.</param>
/// <param name="Result">Null when nothing is looked for.</param>
internal sealed record FindView(ITranscriptHost Host, string Text, FindResult? Result)
{
    /// <summary>"17", or "500+" when there are more than are listed.</summary>
    public string Count => Result is null ? "" : $"{Result.Hits.Count:N0}{(Result.HasMore ? "+" : "")}";
}
