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
    SessionStore sessions, SessionDirectory directory, SessionLabels labels, SessionDeletion deletion, LabelPanels panels, Tenant tenant, Limits limits) : PageModel, ITranscriptHost
{
    public SessionRow Row { get; private set; } = null!;

    public Transcript Transcript { get; private set; } = null!;

    public SessionAddress Address { get; private set; } = null!;

    public string? NewerHref { get; private set; }

    public string? OlderHref { get; private set; }

    public LabelPanel Labels { get; private set; } = null!;

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

    /// <summary>A post without a handler means nothing here: labels are saved at their own address.</summary>
    public IActionResult OnPost() => NotFound();

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
        var (_, older) = await directory.NeighboursAsync(row, Address.Filter, cancellationToken);
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
        var (newer, older) = await directory.NeighboursAsync(detail.Row, Address.Filter, cancellationToken);
        NewerHref = newer is { } before ? Address.Session(before.Value) : null;
        OlderHref = older is { } after ? Address.Session(after.Value) : null;
        Labels = await panels.OfAsync(Address, detail.Row, isInPeek: false, cancellationToken);
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

/// <summary>A message and where it is shown.</summary>
internal sealed record MessageView(ITranscriptHost Page, TranscriptMessage Entry);
