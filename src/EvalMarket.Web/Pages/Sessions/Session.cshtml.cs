using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
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
    SessionStore sessions, SessionDirectory directory, SessionLabels labels, SessionDeletion deletion, Tenant tenant, Limits limits) : PageModel
{
    private const int KnownTagCount = 200;

    /// <summary>Posts without a handler save labels.</summary>
    [BindProperty]
    public LabelForm Form { get; set; } = new();

    public SessionRow Row { get; private set; } = null!;

    public Transcript Transcript { get; private set; } = null!;

    public SessionAddress Address { get; private set; } = null!;

    public string? NewerHref { get; private set; }

    public string? OlderHref { get; private set; }

    public IReadOnlyList<string> KnownTags { get; private set; } = [];

    /// <summary>What is wrong with the label form.</summary>
    public string? Error { get; private set; }

    public bool HasAnswer { get; private set; }

    public bool MayLabel => tenant.Actor.May(Permission.Label);

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public bool MayExport => tenant.Actor.May(Permission.Export);

    public async Task<IActionResult> OnGetAsync(string session, string? message, int? from, CancellationToken cancellationToken)
    {
        if (await OpenAsync(session, cancellationToken) is not { } detail)
        {
            return NotFound();
        }

        await ShowAsync(detail, from ?? 0, TypeId.TryParse<MessageId>(message, out var target) ? target : null, cancellationToken);
        Response.Headers.Vary = "HX-Request";
        return Request.Headers.ContainsKey("HX-Request") ? Partial("/Pages/Sessions/_Transcript.cshtml", this) : Page();
    }

    /// <summary>A message as it is, for what is too long to be shown whole.</summary>
    public async Task<IActionResult> OnGetTextAsync(string session, string? message, CancellationToken cancellationToken)
    {
        if (await OpenAsync(session, cancellationToken) is not { } detail || detail.Messages.FirstOrDefault(found => found.Id?.Value == message) is not { } text)
        {
            return NotFound();
        }

        var parts = text.Parts.Select(part => part.Type == MessagePartType.ToolCall ? $"{part.Name}\n{part.Input?.GetRawText()}" : part.Text).OfType<string>();
        return Content(string.Join("\n\n", parts.Prepend(text.Content).Where(part => part.Length > 0)), "text/plain; charset=utf-8");
    }

    [RequirePermission(Permission.Label)]
    public async Task<IActionResult> OnPostAsync(string session, CancellationToken cancellationToken)
    {
        if (await OpenAsync(session, cancellationToken) is not { } detail)
        {
            return NotFound();
        }

        var (change, error) = Form.Read(limits, Transcript.LastAnswer(detail.Messages));
        if (error is null && !change.IsEmpty)
        {
            var outcome = await labels.ChangeAsync(new SessionFilter { Ids = [detail.Row.Id] }, change, null, cancellationToken);
            error = outcome.Succeeded(out _, out var failure) ? null : failure.Message;
        }

        if (error is null && Form.Do == LabelForm.Next)
        {
            var (_, older) = await directory.NeighboursAsync(detail.Row, Address.Filter, Address.Order, cancellationToken);
            return GoTo(older is { } next ? Address.Session(next.Value) : Address.List(), older is null ? "Saved. That was the last one of the list" : "Saved");
        }

        return await FormAnswerAsync(detail, error, SavedWords(), cancellationToken);
    }

    [RequirePermission(Permission.Label)]
    public async Task<IActionResult> OnPostRemarkAsync(string session, string? message, string? text, string? kind, CancellationToken cancellationToken)
    {
        if (await OpenAsync(session, cancellationToken) is not { } detail || detail.Messages.FirstOrDefault(found => found.Id?.Value == message) is not { Id: { } id })
        {
            return NotFound();
        }

        var trimmed = (text ?? "").Trim().ReplaceLineEndings("\n");
        var annotation = kind == "tag" ? MessageAnnotationKind.Tag : MessageAnnotationKind.Comment;
        var problem = annotation == MessageAnnotationKind.Tag ? SessionTags.Check(trimmed, limits)
            : trimmed.Length == 0 || trimmed.Length > limits.NoteLength ? $"A comment has 1 to {limits.NoteLength:N0} characters." : null;
        if (problem is null)
        {
            var outcome = await labels.AnnotateAsync(detail.Row.Id, id, annotation, trimmed, null, cancellationToken);
            problem = outcome.Succeeded(out _, out var failure) ? null : failure.Message;
        }

        var toast = problem is null
            ? new ToastMessage(annotation == MessageAnnotationKind.Tag ? "Tag added" : "Comment added") { Tone = "good" }
            : new ToastMessage("Nothing was added.") { Tone = "error", Detail = problem };
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            this.Toast(toast);
            return Redirect(Address.Session(session, new KeyValuePair<string, string>("message", id.Value)) + "#" + id.Value);
        }

        Response.Headers["HX-Trigger"] = toast.ToTrigger();
        await ShowAsync((await sessions.OpenAsync(detail.Row.Id, cancellationToken))!, 0, id, cancellationToken);
        return Partial("/Pages/Sessions/_Message.cshtml", new MessageView(this, Transcript.Messages.First(shown => shown.Message.Id == id)));
    }

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

    private async Task<SessionDetail?> OpenAsync(string session, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<SessionId>(session, out var id) || await sessions.OpenAsync(id, cancellationToken) is not { } detail)
        {
            return null;
        }

        Address = SessionAddress.Read(HttpContext, tenant.Required, null);
        Row = detail.Row;
        return detail;
    }

    private async Task ShowAsync(SessionDetail detail, int from, MessageId? target, CancellationToken cancellationToken)
    {
        Row = detail.Row;
        Transcript = Transcript.Of(detail.Messages, from, target);
        HasAnswer = Transcript.LastAnswer(detail.Messages) is not null;
        var (newer, older) = await directory.NeighboursAsync(detail.Row, Address.Filter, Address.Order, cancellationToken);
        NewerHref = newer is { } before ? Address.Session(before.Value) : null;
        OlderHref = older is { } after ? Address.Session(after.Value) : null;
        KnownTags = [.. (await directory.FacetAsync(SessionFacet.Tag, SessionFilter.All, KnownTagCount, cancellationToken)).Select(tag => tag.Value)];
        Form.Notes = detail.Row.EvalNotes;
        Form.Expected = detail.Row.ExpectedOutput;
    }

    private async Task<IActionResult> FormAnswerAsync(SessionDetail detail, string? error, string words, CancellationToken cancellationToken)
    {
        var typed = (Form.Notes, Form.Expected);
        var toast = new ToastMessage(words) { Tone = "good" };
        var isFragment = Request.Headers.ContainsKey("HX-Request");
        if (error is null && !isFragment)
        {
            this.Toast(toast);
            return Redirect(Address.Session(detail.Row.Id.Value));
        }

        if (await directory.FindAsync(detail.Row.Id, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        await ShowAsync(detail with { Row = row }, 0, null, cancellationToken);
        ModelState.Clear();
        if (error is not null)
        {
            Error = error;
            (Form.Notes, Form.Expected) = typed;
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        else
        {
            Response.Headers["HX-Trigger"] = toast.ToTrigger();
        }

        return isFragment ? Partial("/Pages/Sessions/_LabelForm.cshtml", this) : Page();
    }

    private string SavedWords() => Form.Do switch
    {
        BulkChange.Ready => "Marked as eval-ready",
        BulkChange.Unready => "Removed from Evals",
        LabelForm.UseAnswer => "The last answer is the expected output",
        _ when EvalStatuses.TryParse(Form.Do, out var status) => $"Labelled {Display.Label(status).ToLowerInvariant()}",
        _ => "Saved",
    };

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

/// <summary>A message on the page of its session.</summary>
internal sealed record MessageView(SessionModel Page, TranscriptMessage Entry);
