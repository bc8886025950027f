using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Core.Workspaces;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Fills label panels.</summary>
internal sealed class LabelPanels(SessionGlances glances, SessionQueue queue, Tenant tenant, IHttpContextAccessor http)
{
    /// <summary>The cookie that keeps whether its owner goes on after a label; the panel's script writes it too.</summary>
    public const string GoOnCookie = "label-next";

    /// <summary>The panel of a session, with the labels that are saved.</summary>
    public async Task<LabelPanel> OfAsync(SessionAddress address, SessionRow row, bool isInPeek, CancellationToken cancellationToken)
    {
        var mayLabel = tenant.Actor.May(Permission.Label);
        return new LabelPanel
        {
            Row = row,
            Address = address,
            MayLabel = mayLabel,
            IsInPeek = isInPeek,
            Answer = mayLabel || isInPeek ? await glances.LastAnswerAsync(row, cancellationToken) : null,
            Progress = await queue.ProgressAsync(address.Filter, address.Order, row, cancellationToken),
            GoesOn = http.HttpContext?.Request.Cookies[GoOnCookie] == "on",
            Notes = row.EvalNotes,
            Expected = row.ExpectedOutput,
        };
    }
}
