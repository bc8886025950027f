using EvalMarket.Core.Sessions.Import;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What came in, with the next thing to do.</summary>
internal sealed record ImportedSessions(string Workspace, SessionImportResult Result, bool MayLabel)
{
    /// <summary>Links that are shown one by one.</summary>
    public const int MostLinks = 20;
}
