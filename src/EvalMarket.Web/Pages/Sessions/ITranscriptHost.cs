using EvalMarket.Core.Sessions;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What shows a conversation: the session's page, or the panel beside a list.</summary>
internal interface ITranscriptHost
{
    SessionRow Row { get; }

    Transcript Transcript { get; }

    SessionAddress Address { get; }

    /// <summary>Messages can be commented on and tagged.</summary>
    bool MayLabel { get; }
}

/// <summary>A message and where it is shown.</summary>
internal sealed record MessageView(ITranscriptHost Page, TranscriptMessage Entry);

/// <summary>A tool and where it is shown.</summary>
internal sealed record ToolView(ITranscriptHost Page, TranscriptMessage Entry, ToolUse Tool);
