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

/// <summary>One session of a queue, to be reviewed: kept for whoever opens it.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class ReviewModel(
    QueueDirectory directory, SessionDirectory sessions, Transcripts transcripts, SessionGlances glances, SessionFind finder, QueueReservations reservations, QueueReviews reviews, Tenant tenant, Limits limits)
    : ReviewPage(directory, sessions, transcripts, glances, finder, tenant)
{
    private readonly Tenant caller = tenant;

    public Limits Limits => limits;

    public override string PagePath => Addresses.Review(Workspace, Queue.Id.Value, Row.Id.Value);

    public ReviewFields Fields { get; private set; } = null!;

    /// <summary>Why the person cannot review the session; null when they can.</summary>
    public string? Closed { get; private set; }

    /// <summary>What is wrong with what was sent.</summary>
    public string? Error { get; private set; }

    public bool MayReview => QueueRules.MayNotReview(Queue, caller.Actor) is null;

    /// <summary>Why the person passed it over before.</summary>
    public string? Skipped { get; private set; }

    /// <summary>The person has reviewed it already.</summary>
    public bool IsChange { get; private set; }

    /// <summary>Sessions that the person has reviewed in the queue.</summary>
    public int Mine { get; private set; }

    /// <summary>Sessions that they can review now.</summary>
    public int Left { get; private set; }

    public async Task<IActionResult> OnGetAsync(string queue, string session, CancellationToken cancellationToken) =>
        await LoadAsync(queue, session, cancellationToken) ? await ShowAsync(null, cancellationToken) : NotFound();

    [RequirePermission(Permission.Label)]
    public async Task<IActionResult> OnPostAsync(string queue, string session, [Bind(Prefix = "Form")] ReviewForm form, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(queue, session, cancellationToken))
        {
            return NotFound();
        }

        if (form.ToLabels() is not { } labels)
        {
            Error = "Choose a label: golden, correct, incorrect or needs review.";
            return await ShowAsync(form, cancellationToken);
        }

        var outcome = await reviews.ReviewAsync(Queue.Id, Row.Id, labels, cancellationToken);
        return outcome.Succeeded(out var item, out var failure) ? Next(item, "Review saved") : await RefuseAsync(failure, form, cancellationToken);
    }

    [RequirePermission(Permission.Label)]
    public async Task<IActionResult> OnPostSkipAsync(string queue, string session, string? reason, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(queue, session, cancellationToken))
        {
            return NotFound();
        }

        var outcome = await reviews.SkipAsync(Queue.Id, Row.Id, (reason ?? "").Trim(), cancellationToken);
        return outcome.Succeeded(out var item, out var failure) ? Next(item, "Session skipped") : await RefuseAsync(failure, null, cancellationToken);
    }

    private async Task<IActionResult> RefuseAsync(Failure failure, ReviewForm? form, CancellationToken cancellationToken)
    {
        Error = failure.Message;
        return await ShowAsync(form, cancellationToken);
    }

    private RedirectResult Next(QueueItemRow item, string words)
    {
        this.Toast(new ToastMessage(words)
        {
            Tone = "good",
            Detail = item.State switch
            {
                QueueItemState.Done => $"All agree: the session is {Display.Label(item.ResultStatus!.Value).ToLowerInvariant()}.",
                QueueItemState.Conflict => "The reviews do not agree: an editor decides.",
                _ => null,
            },
            Link = new ToastLink(Addresses.Review(Workspace, Queue.Id.Value, Row.Id.Value), "Look again"),
        });
        return Redirect($"{Addresses.Review(Workspace, Queue.Id.Value)}?after={Row.Id}");
    }

    private async Task<IActionResult> ShowAsync(ReviewForm? typed, CancellationToken cancellationToken)
    {
        var mine = Said.FirstOrDefault(said => said.Reviewer == Me);
        IsChange = mine?.IsReview == true;
        Skipped = mine?.Skip;
        var kept = await reservations.HoldAsync(Queue.Id, Row.Id, cancellationToken);
        var isKept = kept.Succeeded(out var turn, out _) && turn.Until is not null;
        Closed = QueueRules.MayNotReview(Queue, caller.Actor)?.Message
            ?? (Item.State == QueueItemState.Done ? "This session is done."
            : Item.State == QueueItemState.Conflict ? $"All reviews are in, and somebody has to decide: {QueueWords.Why(Said)}."
            : isKept || mine is not null || typed is not null ? null
            : "Others are reviewing this session, and it needs no more reviews than theirs.");
        Fields = new ReviewFields(typed ?? ReviewForm.Of(IsChange ? QueueReviews.LabelsOf(mine!) : null), limits, Answer, TagsHref, MayFlag: true);
        Mine = await Directory.CountMineAsync(Queue, cancellationToken);
        Left = MayReview ? await Directory.CountOpenAsync(Queue, cancellationToken) : 0;
        if (Error is not null && Request.Method == HttpMethods.Post)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        return Page();
    }
}
