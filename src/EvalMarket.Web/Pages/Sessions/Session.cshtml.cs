using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>One session: its conversation, its labels, and the way to the next one of the list that it was opened from.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class SessionModel(
    SessionDirectory directory, Transcripts transcripts, SessionWindows windows, SessionFind finder, SessionDeletion deletion, LabelPanels panels, Tenant tenant) : PageModel, ITranscriptHost
{
    private const int KnownTagCount = 200;

    public SessionRow Row { get; private set; } = null!;

    public Transcript Transcript { get; private set; } = null!;

    public SessionAddress Address { get; private set; } = null!;

    public string? NewerHref { get; private set; }

    public string? OlderHref { get; private set; }

    public LabelPanel Labels { get; private set; } = null!;

    public bool MayLabel => tenant.Actor.May(Permission.Label);

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public bool MayExport => tenant.Actor.May(Permission.Export);

    /// <summary>The address names a message that is not there (any more).</summary>
    public bool IsMessageMissing { get; private set; }

    public TurnList Turns { get; private set; } = null!;

    public FindView Find { get; private set; } = null!;

    /// <summary>Tags that were put on messages in this workspace.</summary>
    public IReadOnlyList<string> MessageTags { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string session, string? message, int? turn, int? from, string? find, string? turns, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<SessionId>(session, out var id) || await directory.FindAsync(id, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        Row = row;
        Address = SessionAddress.Read(HttpContext, tenant.Required, null);
        Transcript = await transcripts.OpenAsync(row, new TranscriptPlace(message, turn, from, find), cancellationToken);
        IsMessageMissing = !string.IsNullOrEmpty(message) && Transcript.Target is null;
        Turns = TurnList.Of(this, turn ?? Transcript.Outline.TurnsBefore(Transcript.From) + 1, turns);
        Find = new FindView(this, find ?? "", string.IsNullOrEmpty(find) ? null : await finder.FindAsync(row, find, cancellationToken));
        MessageTags = MayLabel ? await windows.KnownTagsAsync(KnownTagCount, cancellationToken) : [];
        var (newer, older) = await directory.NeighboursAsync(row, Address.Filter, Address.Order, cancellationToken);
        NewerHref = newer is { } before ? Address.Session(before.Value) : null;
        OlderHref = older is { } after ? Address.Session(after.Value) : null;
        Labels = await panels.OfAsync(Address, row, isInPeek: false, cancellationToken);
        return Page();
    }

    /// <summary>A post without a handler means nothing here: labels are saved at their own address.</summary>
    public IActionResult OnPost() => NotFound();

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostDeleteAsync(string session, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<SessionId>(session, out var id) || await directory.FindAsync(id, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        Address = SessionAddress.Read(HttpContext, tenant.Required, null);
        var (_, older) = await directory.NeighboursAsync(row, Address.Filter, Address.Order, cancellationToken);
        var outcome = await deletion.DeleteAsync(id, cancellationToken);
        return outcome.Succeeded(out _, out var failure)
            ? GoTo(older is { } next ? Address.Session(next.Value) : Address.List(), "1 session deleted")
            : throw new InvalidOperationException(failure.Message);
    }

    private IActionResult GoTo(string address, string words)
    {
        this.Toast(new ToastMessage(words) { Tone = "good" });
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            return Redirect(address);
        }

        Response.Headers["HX-Redirect"] = address;
        return new OkResult();
    }
}
