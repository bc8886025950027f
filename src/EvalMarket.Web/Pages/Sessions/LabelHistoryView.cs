using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Where a session's history of labels is: for the fold that fetches it when it is opened, and for who has no scripts.</summary>
internal sealed record LabelHistoryView(string Workspace, SessionId Session)
{
    public string Href => Addresses.SessionHistory(Workspace, Session.Value);
}

/// <summary>A page of a session's history.</summary>
/// <param name="OlderHref">The next page.</param>
internal sealed record LabelHistoryList(string Workspace, IReadOnlyList<LabelHistoryEntry> Entries, string? OlderHref, bool MayLabel);
