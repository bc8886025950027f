using EvalMarket.Core;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Which sessions the form around a list means: the ticked ones, or all that the filter in the address matches.</summary>
internal static class SessionSelection
{
    public const string Ids = "ids";

    private const string AllMatching = "all_matching";

    /// <summary>Null for no selection, ids that are none, too many of them, or a filter that was not understood.</summary>
    public static SessionFilter? Read(IFormCollection form, SessionAddress address, Limits limits)
    {
        if (form[AllMatching].ToString() == "true")
        {
            // A filter that was misread would change everything.
            return address.Error is null ? address.Filter : null;
        }

        // Where they are many, they are sent as one value.
        var texts = form[Ids].OfType<string>().SelectMany(value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var ids = new List<SessionId>(texts.Count);
        foreach (var text in texts)
        {
            if (!TypeId.TryParse<SessionId>(text, out var id))
            {
                return null;
            }

            ids.Add(id);
        }

        return ids.Count == 0 || ids.Count > limits.BulkIds ? null : new SessionFilter { Ids = ids };
    }
}
