using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Fills label panels.</summary>
internal sealed class LabelPanels(SessionDirectory directory, SessionGlances glances, Tenant tenant)
{
    private const int KnownTagCount = 200;

    /// <summary>The panel of a session, with the labels that are saved.</summary>
    public async Task<LabelPanel> OfAsync(SessionAddress address, SessionRow row, CancellationToken cancellationToken)
    {
        var mayLabel = tenant.Actor.May(Permission.Label);
        return new LabelPanel
        {
            Row = row,
            Address = address,
            MayLabel = mayLabel,
            KnownTags = mayLabel ? await directory.FacetAsync(SessionFacet.Tag, SessionFilter.All, KnownTagCount, cancellationToken) : [],
            Answer = mayLabel ? await glances.LastAnswerAsync(row, cancellationToken) : null,
            Notes = row.EvalNotes,
            Expected = row.ExpectedOutput,
        };
    }
}
