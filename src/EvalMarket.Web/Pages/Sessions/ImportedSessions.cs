using EvalMarket.Core.Sessions.Import;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What came in, with the next thing to do.</summary>
internal sealed record ImportedSessions(string Workspace, JobId Import, SessionImportResult Result, bool MayLabel)
{
    /// <summary>What is new, or all sessions where nothing is.</summary>
    public string Href => Result.Created > 0 ? Addresses.Imported(Workspace, Import.Value) : Addresses.Sessions(Workspace);

    /// <summary>"Open the 12 new sessions".</summary>
    public string OpenWords => Result.Created switch
    {
        0 => "Open sessions",
        1 => "Open the new session",
        var created => $"Open the {Display.Number(created)} new sessions",
    };

    /// <summary>Links that are shown one by one.</summary>
    public const int MostLinks = 20;
}
