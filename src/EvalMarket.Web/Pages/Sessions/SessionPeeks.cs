using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Opens sessions beside lists: the first window of the conversation; the others come as one reads.</summary>
internal sealed class SessionPeeks(SessionDirectory directory, Transcripts transcripts, LabelPanels panels)
{
    /// <summary>Null when there is no such session (or it is not yours).</summary>
    public async Task<PeekView?> OpenAsync(SessionAddress address, string? session, CancellationToken cancellationToken) =>
        TypeId.TryParse<SessionId>(session, out var id) && await directory.FindAsync(id, cancellationToken) is { } row
            ? await ShowAsync(address, row, cancellationToken)
            : null;

    public async Task<PeekView> ShowAsync(SessionAddress address, SessionRow row, CancellationToken cancellationToken)
    {
        var (newer, older) = await directory.NeighboursAsync(row, address.Filter, address.Order, cancellationToken);
        return new PeekView
        {
            Row = row,
            Address = address,
            Transcript = await transcripts.OpenAsync(row, default, cancellationToken),
            Labels = await panels.OfAsync(address, row, isInPeek: true, cancellationToken),
            Newer = newer,
            Older = older,
        };
    }
}
