using System.Buffers;
using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
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

/// <summary>
/// Parts of a session's conversation: windows of messages, turns, what is found of a text, and single messages as they are. Fragments for the
/// session's page; asked for as a page, a window or a search leads to it.
/// </summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class MessagesModel(
    SessionDirectory directory, SessionWindows windows, Transcripts transcripts, SessionFind finder, SessionLabels labels, Tenant tenant, Limits limits)
    : PageModel, ITranscriptHost
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public SessionRow Row { get; private set; } = null!;

    public Transcript Transcript { get; private set; } = null!;

    public SessionAddress Address { get; private set; } = null!;

    public bool MayLabel => tenant.Actor.May(Permission.Label);

    private bool IsFragment => Request.Headers.ContainsKey("HX-Request");

    /// <summary>The window of messages that begins at an index.</summary>
    public async Task<IActionResult> OnGetAsync(string session, int? from, CancellationToken cancellationToken)
    {
        if (!await OpenAsync(session, new TranscriptPlace(From: from), cancellationToken))
        {
            return NotFound();
        }

        return IsFragment ? Partial("/Pages/Sessions/_Window.cshtml", this) : ToPage("from", Transcript.From.ToString());
    }

    /// <summary>Turns for the navigator: around one, or with a text.</summary>
    public async Task<IActionResult> OnGetTurnsAsync(string session, int? around, string? turns, CancellationToken cancellationToken)
    {
        if (!await FindRowAsync(session, cancellationToken))
        {
            return NotFound();
        }

        if (!IsFragment)
        {
            return string.IsNullOrEmpty(turns) ? ToPage("turn", (around ?? 1).ToString()) : ToPage("turns", turns);
        }

        Transcript = new Transcript { Messages = [], Outline = await windows.OutlineAsync(Row, cancellationToken), From = 0, To = 0 };
        return Partial("/Pages/Sessions/_TurnList.cshtml", TurnList.Of(this, around ?? 1, turns));
    }

    /// <summary>Where a text is in the session.</summary>
    public async Task<IActionResult> OnGetFindAsync(string session, string? find, CancellationToken cancellationToken)
    {
        if (!await FindRowAsync(session, cancellationToken))
        {
            return NotFound();
        }

        if (!IsFragment)
        {
            return ToPage("find", find ?? "");
        }

        Transcript = new Transcript { Messages = [], Outline = await windows.OutlineAsync(Row, cancellationToken), From = 0, To = 0 };
        var result = string.IsNullOrEmpty(find) ? null : await finder.FindAsync(Row, find, cancellationToken);
        return Partial("/Pages/Sessions/_Hits.cshtml", new FindView(this, find ?? "", result));
    }

    /// <summary>A message as text, for what is too long to be shown whole.</summary>
    public async Task<IActionResult> OnGetTextAsync(string session, string? message, CancellationToken cancellationToken)
    {
        if (await FindMessageAsync(session, message, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        var parts = found.Parts.Select(part => part.Type == MessagePartType.ToolCall ? $"{part.Name}\n{ToolInput.TextOf(part.Input)}" : part.Text).OfType<string>();
        return Content(string.Join("\n\n", parts.Prepend(found.Content).Where(part => part.Length > 0)), "text/plain; charset=utf-8");
    }

    /// <summary>A message as the API gives it.</summary>
    public async Task<IActionResult> OnGetRawAsync(string session, string? message, CancellationToken cancellationToken)
    {
        if (await FindMessageAsync(session, message, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, Indented))
        {
            MessageWriter.Write(writer, found, allKeys: true);
        }

        Response.Headers.Vary = "HX-Request";
        return IsFragment
            ? Partial("/Pages/Sessions/_RawMessage.cshtml", new RawMessage(found.Id!.Value, System.Text.Encoding.UTF8.GetString(json.WrittenSpan), $"{Request.Path}{Request.QueryString}"))
            : File(json.WrittenSpan.ToArray(), "application/json; charset=utf-8");
    }

    /// <summary>A picture of a message, of the kind that its bytes say; whatever else it claims to be, it is not given.</summary>
    public async Task<IActionResult> OnGetPictureAsync(string session, string? message, int part, CancellationToken cancellationToken)
    {
        var found = await FindMessageAsync(session, message, cancellationToken);
        var source = part >= 0 && part < found?.Parts.Count && found.Parts[part].Type == MessagePartType.Image ? found.Parts[part] : null;
        var bytes = new byte[(source?.Data?.Length ?? 0) / 4 * 3];
        if (source?.Data is null || PictureFacts.OfPart(source) is not { } facts || !Convert.TryFromBase64String(source.Data, bytes, out var length))
        {
            return NotFound();
        }

        // Opened by itself, it is a picture and nothing else.
        Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return File(bytes[..length], facts.MediaType);
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public IActionResult OnPost() => NotFound();

    [RequirePermission(Permission.Label)]
    public async Task<IActionResult> OnPostRemarkAsync(string session, string? message, string? text, string? kind, CancellationToken cancellationToken)
    {
        if (await FindMessageAsync(session, message, cancellationToken) is not { Id: { } id })
        {
            return NotFound();
        }

        var trimmed = (text ?? "").Trim().ReplaceLineEndings("\n");
        var annotation = kind == "tag" ? MessageAnnotationKind.Tag : MessageAnnotationKind.Comment;
        var problem = annotation == MessageAnnotationKind.Tag ? SessionTags.Check(trimmed, limits)
            : trimmed.Length == 0 || trimmed.Length > limits.NoteLength ? $"A comment has 1 to {limits.NoteLength:N0} characters." : null;
        if (problem is null)
        {
            var outcome = await labels.AnnotateAsync(Row.Id, id, annotation, trimmed, null, cancellationToken);
            problem = outcome.Succeeded(out _, out var failure) ? null : failure.Message;
        }

        var toast = problem is null
            ? new ToastMessage(annotation == MessageAnnotationKind.Tag ? "Tag added" : "Comment added") { Tone = "good" }
            : new ToastMessage("Nothing was added.") { Tone = "error", Detail = problem };
        if (!IsFragment)
        {
            this.Toast(toast);
            return Redirect($"{Address.Session(session, new KeyValuePair<string, string>("message", id.Value))}#{id.Value}");
        }

        Response.Headers["HX-Trigger"] = toast.ToTrigger();
        if (problem is not null)
        {
            // The form stays, with what was typed.
            Response.Headers["HX-Reswap"] = "none";
            return new OkResult();
        }

        return await MessageAsync(id, cancellationToken);
    }

    /// <summary>Deletes a comment that was made here.</summary>
    [RequirePermission(Permission.Label)]
    public async Task<IActionResult> OnPostUnremarkAsync(string session, string? message, long remark, CancellationToken cancellationToken)
    {
        if (await FindMessageAsync(session, message, cancellationToken) is not { Id: { } id })
        {
            return NotFound();
        }

        var outcome = await labels.RemoveRemarkAsync(Row.Id, id, remark, cancellationToken);
        var toast = outcome.Succeeded(out _, out var failure) || failure is Core.NotFound
            ? new ToastMessage("Comment deleted") { Tone = "good" }
            : new ToastMessage("Nothing was deleted.") { Tone = "error", Detail = failure.Message };
        if (!IsFragment)
        {
            this.Toast(toast);
            return Redirect($"{Address.Session(session, new KeyValuePair<string, string>("message", id.Value))}#{id.Value}");
        }

        Response.Headers["HX-Trigger"] = toast.ToTrigger();
        return await MessageAsync(id, cancellationToken);
    }

    /// <summary>The message as it is now.</summary>
    private async Task<IActionResult> MessageAsync(MessageId id, CancellationToken cancellationToken)
    {
        Transcript = await transcripts.OpenAsync(Row, new TranscriptPlace(Message: id.Value), cancellationToken);
        return Transcript.Messages.FirstOrDefault(shown => shown.Message.Id == id) is { } entry
            ? Partial("/Pages/Sessions/_Message.cshtml", new MessageView(this, entry))
            : NotFound();
    }

    private async Task<bool> FindRowAsync(string session, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<SessionId>(session, out var id) || await directory.FindAsync(id, cancellationToken) is not { } row)
        {
            return false;
        }

        Row = row;
        Address = SessionAddress.Read(HttpContext, tenant.Required, null);
        Response.Headers.Vary = "HX-Request";
        return true;
    }

    private async Task<bool> OpenAsync(string session, TranscriptPlace place, CancellationToken cancellationToken)
    {
        if (!await FindRowAsync(session, cancellationToken))
        {
            return false;
        }

        Transcript = await transcripts.OpenAsync(Row, place, cancellationToken);
        return true;
    }

    private async Task<Message?> FindMessageAsync(string session, string? message, CancellationToken cancellationToken) =>
        TypeId.TryParse<MessageId>(message, out var id) && await FindRowAsync(session, cancellationToken) ? await windows.FindAsync(Row, id, cancellationToken) : null;

    private RedirectResult ToPage(string name, string value) => Redirect(Address.Session(Row.Id.Value, new KeyValuePair<string, string>(name, value)));
}

/// <summary>A message as JSON, in a dialog.</summary>
/// <param name="Href">Where it is by itself.</param>
internal sealed record RawMessage(MessageId Id, string Json, string Href);
