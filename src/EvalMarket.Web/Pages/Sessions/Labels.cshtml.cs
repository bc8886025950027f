using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Changes;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>The labels of one session: saves what the label panel sends, wherever it stands. As a page it is the panel alone.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class LabelsModel(
    SessionDirectory directory, SessionLabels labels, SessionGlances glances, LabelPanels panels, SessionPeeks peeks, Tenant tenant, Limits limits) : PageModel
{
    private const string PanelPartial = "/Pages/Sessions/_LabelsAnew.cshtml";

    private const int KnownTagCount = 200;

    /// <summary>How often somebody else may get in between before the person is told to try again.</summary>
    private const int MostTries = 3;

    /// <summary>The number under which the change is recorded; null when nothing was different.</summary>
    private long? change;

    [BindProperty]
    public LabelForm Form { get; set; } = new();

    public LabelPanel Panel { get; private set; } = null!;

    private bool IsFragment => Request.Headers.ContainsKey("HX-Request");

    private bool IsInPeek => Form.View == LabelForm.InPeek;

    /// <summary>The panel as it is now.</summary>
    /// <param name="session">Whose labels.</param>
    /// <param name="panel">Where the panel stands, as <see cref="LabelForm.View"/>.</param>
    /// <param name="parts">Only what shows the saved labels: the fields stay as they are, with what is typed there.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IActionResult> OnGetAsync(string session, string? panel, bool parts, CancellationToken cancellationToken)
    {
        if (await FindAsync(session, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        Panel = await panels.OfAsync(Address(), row, panel == LabelForm.InPeek, cancellationToken);
        Response.Headers.Vary = "HX-Request";
        return IsFragment ? Partial(parts ? "/Pages/Sessions/_LabelsSaved.cshtml" : PanelPartial, Panel) : Page();
    }

    /// <summary>Tags of the workspace, the commonest first: asked for when somebody goes to the tag field, because counting them all takes longer than a session does.</summary>
    public async Task<IActionResult> OnGetTagsAsync(string session, CancellationToken cancellationToken) =>
        await FindAsync(session, cancellationToken) is null
            ? NotFound()
            : Partial("/Pages/Sessions/_KnownTags.cshtml", await directory.FacetAsync(SessionFacet.Tag, SessionFilter.All, KnownTagCount, cancellationToken));

    [RequirePermission(Permission.Label)]
    public async Task<IActionResult> OnPostAsync(string session, CancellationToken cancellationToken)
    {
        if (await FindAsync(session, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        var address = Address();
        RememberGoingOn();
        if (Form.Do == LabelForm.Theirs)
        {
            return await ShowAsync(address, row, cancellationToken);
        }

        var answer = Form.Do == LabelForm.UseAnswer ? await glances.LastAnswerAsync(row, cancellationToken) : null;
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var reading = Form.Read(row, limits, answer);
            if (reading.Error is not null || reading.Conflict is not null)
            {
                return await RefuseAsync(address, row, reading, cancellationToken);
            }

            // Under the workspace's lock this finds nothing when somebody has reviewed the session since it was read.
            var unseen = new SessionFilter { Ids = [row.Id], ReviewedAt = new Given<DateTimeOffset?>(row.ReviewedAt) };
            var changed = 0;
            if (!reading.Change.IsEmpty)
            {
                var outcome = await labels.RecordAsync(unseen, reading.Change, null, cancellationToken);
                if (!outcome.Succeeded(out var recorded, out var failure))
                {
                    return await RefuseAsync(address, row, reading with { Error = failure.Message }, cancellationToken);
                }

                (changed, change) = (recorded.Sessions, recorded.Change);
            }

            var shown = row;
            if (await directory.FindAsync(row.Id, cancellationToken) is not { } after)
            {
                return NotFound();
            }

            row = after;
            if (changed > 0 || row.ReviewedAt == shown.ReviewedAt)
            {
                return await SavedAsync(address, shown, row, reading.IsStale, cancellationToken);
            }
        }

        return await RefuseAsync(address, row, Form.Read(row, limits, answer) with { Error = "Others are changing this session right now. Save again." }, cancellationToken);
    }

    private SessionAddress Address() => SessionAddress.Read(HttpContext, tenant.Required, null);

    private async Task<SessionRow?> FindAsync(string session, CancellationToken cancellationToken) =>
        TypeId.TryParse<SessionId>(session, out var id) ? await directory.FindAsync(id, cancellationToken) : null;

    /// <summary>Answers what was saved, or goes on.</summary>
    /// <param name="address">The list.</param>
    /// <param name="shown">The session before the change: in an order by review, the change moves it to another place.</param>
    /// <param name="row">The session after it.</param>
    /// <param name="isStale">The panel has to be drawn again.</param>
    /// <param name="cancellationToken">Cancels.</param>
    private async Task<IActionResult> SavedAsync(SessionAddress address, SessionRow shown, SessionRow row, bool isStale, CancellationToken cancellationToken)
    {
        if (Form.GoesOn && Form.View != LabelForm.InRow)
        {
            var (_, older) = await directory.NeighboursAsync(shown, address.Filter, address.Order, cancellationToken);
            if (older is { } next)
            {
                return await GoOnAsync(address, row, next, cancellationToken);
            }

            if (!IsFragment || !IsInPeek)
            {
                return GoTo(IsInPeek ? address.Beside(row.Id.Value) : address.List(), $"{Form.SavedWords()}. That was the last one of the list");
            }

            Say($"{Form.SavedWords()}. That was the last one of the list");
            return Fragment(await panels.OfAsync(address, row, isInPeek: true, cancellationToken), isStale);
        }

        if (!IsFragment)
        {
            return GoTo(IsInPeek ? address.Beside(row.Id.Value) : address.Session(row.Id.Value), Form.SavedWords());
        }

        Say(Form.SavedWords());
        return Form.View == LabelForm.InRow
            ? Partial("/Pages/Sessions/_LabelEcho.cshtml", row)
            : Fragment(await panels.OfAsync(address, row, IsInPeek, cancellationToken), isStale);
    }

    private async Task<IActionResult> GoOnAsync(SessionAddress address, SessionRow saved, SessionId next, CancellationToken cancellationToken)
    {
        if (!IsInPeek)
        {
            return GoTo(address.Session(next.Value), Form.SavedWords());
        }

        if (!IsFragment)
        {
            return GoTo(address.Beside(next.Value), Form.SavedWords());
        }

        if (await peeks.OpenAsync(address, next.Value, cancellationToken) is not { } peek)
        {
            return NotFound();
        }

        Say(Form.SavedWords());
        Replace("#peek");
        Response.Headers["HX-Push-Url"] = address.Beside(next.Value);
        return Partial("/Pages/Sessions/_PeekAfter.cshtml", new PeekAfter(peek, saved));
    }

    /// <summary>Only what a change of labels touches is swapped: whoever goes on typing keeps the field, the caret and the words.</summary>
    private IActionResult Fragment(LabelPanel panel, bool isStale)
    {
        ModelState.Clear();
        if (!isStale)
        {
            return Partial("/Pages/Sessions/_LabelsSaved.cshtml", panel);
        }

        Replace("#labels");
        return Partial(PanelPartial, panel);
    }

    private async Task<IActionResult> ShowAsync(SessionAddress address, SessionRow row, CancellationToken cancellationToken)
    {
        if (!IsFragment)
        {
            return Redirect(IsInPeek ? address.Beside(row.Id.Value) : address.Session(row.Id.Value));
        }

        return Fragment(await panels.OfAsync(address, row, IsInPeek, cancellationToken), isStale: true);
    }

    private async Task<IActionResult> RefuseAsync(SessionAddress address, SessionRow row, LabelReading reading, CancellationToken cancellationToken)
    {
        ModelState.Clear();
        Panel = await panels.OfAsync(address, row, IsInPeek, cancellationToken) with
        {
            Error = reading.Error,
            Conflict = reading.Conflict,
            Notes = Form.Notes ?? row.EvalNotes,
            Expected = Form.Expected ?? row.ExpectedOutput,
            AddTag = Form.AddTag,
        };
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        if (!IsFragment)
        {
            return Page();
        }

        Replace("#labels");
        return Partial(PanelPartial, Panel);
    }

    /// <summary>The tick of the panel is kept for whoever uses this browser, as the theme is.</summary>
    private void RememberGoingOn()
    {
        if (Form.View == LabelForm.InRow || Form.SeenStatus is null || Form.GoOn == (Request.Cookies[LabelPanels.GoOnCookie] == "on"))
        {
            return;
        }

        Response.Cookies.Append(LabelPanels.GoOnCookie, Form.GoOn ? "on" : "off", new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, Secure = Request.IsHttps });
    }

    private void Replace(string target)
    {
        Response.Headers["HX-Retarget"] = target;
        Response.Headers["HX-Reswap"] = "outerHTML";
    }

    private void Say(string words) => Response.Headers["HX-Trigger"] = Saved(words).ToTrigger();

    private ToastMessage Saved(string words) => new(words) { Tone = "good", Undo = change is { } number ? ChangeWords.Undo(tenant.Required, number) : null };

    private IActionResult GoTo(string address, string words)
    {
        this.Toast(Saved(words));
        if (!IsFragment)
        {
            return Redirect(address);
        }

        Response.Headers["HX-Redirect"] = address;
        return new OkResult();
    }
}

/// <summary>The next session beside the list, and the one before it, whose row shows its new label.</summary>
internal sealed record PeekAfter(PeekView Peek, SessionRow Saved);
