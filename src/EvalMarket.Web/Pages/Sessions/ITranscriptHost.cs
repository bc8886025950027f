using EvalMarket.Core.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What shows a conversation: the session's page, or the panel beside a list.</summary>
internal interface ITranscriptHost
{
    SessionRow Row { get; }

    Transcript Transcript { get; }

    SessionAddress Address { get; }

    /// <summary>Messages can be commented on and tagged.</summary>
    bool MayLabel { get; }

    /// <summary>The page that shows the whole conversation.</summary>
    string PagePath => Addresses.Session(Address.Workspace, Row.Id.Value);

    /// <summary>What goes along in its address.</summary>
    IReadOnlyList<KeyValuePair<string, string>> PageState => Address.InList();

    /// <summary>The page at a place: a turn, a message, what is looked for.</summary>
    string PageAt(params IReadOnlyList<KeyValuePair<string, string>> place) => Addresses.With(PagePath, [.. PageState, .. place]);
}

/// <summary>A message and where it is shown.</summary>
internal sealed record MessageView(ITranscriptHost Page, TranscriptMessage Entry);

/// <summary>A tool and where it is shown.</summary>
internal sealed record ToolView(ITranscriptHost Page, TranscriptMessage Entry, ToolUse Tool);
