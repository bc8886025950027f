using EvalMarket.Core;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Sessions;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>The reviews of a session side by side, and what is to come out.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class AdjudicateModel(
    QueueDirectory directory, SessionDirectory sessions, Transcripts transcripts, SessionGlances glances, SessionFind finder, QueueReviews reviews, Tenant tenant, Limits limits)
    : ReviewPage(directory, sessions, transcripts, glances, finder, tenant)
{
    public override string PagePath => Addresses.Adjudicate(Workspace, Queue.Id.Value, Row.Id.Value);

    public ReviewFields Fields { get; private set; } = null!;

    public string? Error { get; private set; }

    /// <summary>The next session to decide; null when there is no other.</summary>
    public string? Next { get; private set; }

    public async Task<IActionResult> OnGetAsync(string queue, string session, CancellationToken cancellationToken) =>
        await LoadAsync(queue, session, cancellationToken) ? await ShowAsync(null, cancellationToken) : NotFound();

    public async Task<IActionResult> OnPostAsync(string queue, string session, [Bind(Prefix = "Form")] ReviewForm form, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(queue, session, cancellationToken))
        {
            return NotFound();
        }

        if (form.ToLabels() is { } labels)
        {
            return await DecideAsync(null, labels, form, cancellationToken);
        }

        Error = "Choose a label: golden, correct, incorrect or needs review.";
        return await ShowAsync(form, cancellationToken);
    }

    public async Task<IActionResult> OnPostTakeAsync(string queue, string session, string? reviewer, CancellationToken cancellationToken) =>
        await LoadAsync(queue, session, cancellationToken) ? await DecideAsync(reviewer ?? "", null, null, cancellationToken) : NotFound();

    private async Task<IActionResult> DecideAsync(string? take, QueueLabels? own, ReviewForm? form, CancellationToken cancellationToken)
    {
        var outcome = await reviews.DecideAsync(Queue.Id, Row.Id, take, own, cancellationToken);
        if (!outcome.Succeeded(out var item, out var failure))
        {
            Error = failure.Message;
            return await ShowAsync(form, cancellationToken);
        }

        this.Toast(new ToastMessage($"Decided: {Display.Label(item.ResultStatus!.Value).ToLowerInvariant()}")
        {
            Tone = "good",
            Detail = "The labels of the session are changed.",
            Link = new ToastLink(Addresses.Session(Workspace, Row.Id.Value), "See the session"),
        });
        return Redirect(await Directory.NextConflictAsync(Queue.Id, item, cancellationToken) is { } next
            ? Addresses.Adjudicate(Workspace, Queue.Id.Value, next.Value)
            : Addresses.Queue(Workspace, Queue.Id.Value));
    }

    private async Task<IActionResult> ShowAsync(ReviewForm? typed, CancellationToken cancellationToken)
    {
        Fields = new ReviewFields(typed ?? ReviewForm.Of(QueueJsonLines.ResultOf(Item)?.Labels), limits, Answer, TagsHref, MayFlag: false);
        Next = await Directory.NextConflictAsync(Queue.Id, Item, cancellationToken) is { } next ? Addresses.Adjudicate(Workspace, Queue.Id.Value, next.Value) : null;
        if (Error is not null)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        return Page();
    }
}
