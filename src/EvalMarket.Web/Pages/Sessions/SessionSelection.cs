using EvalMarket.Core;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Pages.Shared.Lists;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Which sessions the form around a list means: the ticked ones, or all that the filter in the address matches.</summary>
internal static class SessionSelection
{
    /// <summary>Null for no selection, ids that are none, too many of them, or a filter that was not understood.</summary>
    public static SessionFilter? Read(IFormCollection form, SessionAddress address, Limits limits) =>
        // A filter that was misread would change everything.
        SelectedIds.IsAllMatching(form) ? address.Error is null ? address.Filter : null
        : SelectedIds.Read<SessionId>(form, limits) is { } ids ? new SessionFilter { Ids = ids }
        : null;
}
