using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Annotation;

/// <summary>
/// Takes reviews, skips and decisions. When the last review of a session agrees with the others, the result lands on the session's eval fields in the same transaction; when they differ,
/// the session waits for somebody who decides.
/// </summary>
public sealed class QueueReviews(
    EvalMarketDbContext db, QueueWriter writer, QueueIndex index, SessionLabels labels, IOptions<Limits> limits)
{
    /// <summary>The caller's review of a session. Until the last review is in it takes the place of an earlier one, or of a skip.</summary>
    public Task<Outcome<QueueItemRow>> ReviewAsync(QueueId id, SessionId session, QueueLabels review, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(review);
        return Check(review) is { } invalid ? RefuseAsync(id, session, invalid, cancellationToken) : SayAsync(id, session, line => line with { Review = review }, cancellationToken);
    }

    /// <summary>Passes a session over: it is not given to the caller again. They can open it and review it all the same.</summary>
    public Task<Outcome<QueueItemRow>> SkipAsync(QueueId id, SessionId session, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return CheckReason(reason, "/skip") is { } error ? RefuseAsync(id, session, ToInvalid([error]), cancellationToken) : SayAsync(id, session, line => line with { Skip = reason }, cancellationToken);
    }

    /// <summary>Decides a session, whatever its reviews say, and puts the result onto its eval fields.</summary>
    /// <param name="id">The queue.</param>
    /// <param name="session">The session.</param>
    /// <param name="take">The reviewer whose review is the result.</param>
    /// <param name="own">The result in one's own words, where none is taken.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<Outcome<QueueItemRow>> DecideAsync(QueueId id, SessionId session, string? take, QueueLabels? own, CancellationToken cancellationToken) =>
        writer.WriteAsync<QueueItemRow>(
            id,
            async writing =>
            {
                if (await FindAsync(id, session, cancellationToken) is not { } item)
                {
                    return new NotFound();
                }

                if (own is not null && Check(own) is { } invalid)
                {
                    return invalid;
                }

                var review = take is null ? null : await db.QueueReviews.AsNoTracking()
                    .FirstOrDefaultAsync(row => row.QueueId == id && row.SessionId == session && row.Reviewer == take && row.Skip == null, cancellationToken);
                if (take is not null && (review is null || !QueueRules.IsRevealed(writing.Queue, item)))
                {
                    return ToInvalid([new ContentError("There is no review of this reviewer to be seen.", "/take")]);
                }

                var result = (review is null ? own : LabelsOf(review)) ?? throw new ArgumentException("Give a review to take, or labels.", nameof(own));
                return await LandAsync(writing, item, result with { Flag = null }, QueueResult.ByAdjudication, take, cancellationToken);
            },
            cancellationToken);

    /// <summary>What a review says.</summary>
    public static QueueLabels LabelsOf(QueueReviewRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new QueueLabels
        {
            Status = row.Status ?? throw new ArgumentException("A skip says nothing.", nameof(row)),
            Notes = row.Notes,
            Tags = QueueJson.Texts(row.Tags),
            ExpectedOutput = row.ExpectedOutput,
            Flag = row.Flag,
        };
    }

    private Task<Outcome<QueueItemRow>> SayAsync(QueueId id, SessionId session, Func<QueueLogLine, QueueLogLine> say, CancellationToken cancellationToken) =>
        writer.WriteAsync<QueueItemRow>(
            id,
            async writing =>
            {
                if (await FindAsync(id, session, cancellationToken) is not { } item)
                {
                    return new NotFound();
                }

                if (QueueRules.MayNotReview(writing.Queue, db.Tenant.Actor) is { } refusal)
                {
                    return refusal;
                }

                var line = say(new QueueLogLine { At = writing.At, By = writing.By, Session = session });
                if (await WhyNotAsync(writing, item, line.Review is not null, cancellationToken) is { } late)
                {
                    return late;
                }

                writing.Lines.Add(line);
                await index.ApplyAsync(writing.Queue, line, writing.Sequence, cancellationToken);
                await db.QueueReservations.Where(row => row.QueueId == id && row.SessionId == session && row.Reviewer == writing.By).ExecuteDeleteAsync(cancellationToken);
                return await SettleAsync(writing, (await FindAsync(id, session, cancellationToken))!, cancellationToken);
            },
            cancellationToken);

    /// <summary>Why there is no place for what somebody says; null when there is.</summary>
    private async Task<Failure?> WhyNotAsync(QueueWriting writing, QueueItemRow item, bool isReview, CancellationToken cancellationToken)
    {
        if (item.State != QueueItemState.Waiting)
        {
            return new Conflict("review_closed", "This session has all its reviews. An editor can still decide otherwise.");
        }

        var mine = await db.QueueReviews.AsNoTracking()
            .FirstOrDefaultAsync(row => row.QueueId == item.QueueId && row.SessionId == item.SessionId && row.Reviewer == writing.By, cancellationToken);
        if (!isReview)
        {
            return mine is { IsReview: true } ? new Conflict("already_reviewed", "You have reviewed this session: it cannot be skipped any more. The review can be changed.") : null;
        }

        var others = await db.QueueReservations.CountAsync(
            row => row.QueueId == item.QueueId && row.SessionId == item.SessionId && row.Reviewer != writing.By && row.Until > writing.At, cancellationToken);
        return mine is { IsReview: true } || item.Reviews + others < writing.Queue.ReviewsPerSession
            ? null
            : new Conflict("reserved", "Others are reviewing this session, and it needs no more reviews than theirs. Take the next one.");
    }

    private async Task<Outcome<QueueItemRow>> SettleAsync(QueueWriting writing, QueueItemRow item, CancellationToken cancellationToken)
    {
        if (item.State != QueueItemState.Conflict)
        {
            return item;
        }

        var reviews = await db.QueueReviews.AsNoTracking()
            .Where(row => row.QueueId == item.QueueId && row.SessionId == item.SessionId && row.Skip == null)
            .OrderBy(row => row.Sequence)
            .ToListAsync(cancellationToken);
        var consensus = Consensus.Of([.. reviews.Select(row => (row.Reviewer, LabelsOf(row)))]);
        return consensus.Labels is { } result
            ? await LandAsync(writing, item, result, QueueResult.ByAgreement, null, cancellationToken)
            : item;
    }

    /// <summary>Puts a result onto the session. What nobody wrote does not take away what the session has.</summary>
    private async Task<Outcome<QueueItemRow>> LandAsync(
        QueueWriting writing, QueueItemRow item, QueueLabels result, string via, string? taken, CancellationToken cancellationToken)
    {
        var change = new LabelChange
        {
            Status = new Given<EvalStatus?>(result.Status),
            Notes = result.Notes is { } notes ? new Given<string?>(Cut(notes)) : null,
            ExpectedOutput = result.ExpectedOutput is { } expected ? new Given<string?>(expected) : null,
            AddTags = result.Tags,
        };
        var step = await labels.RecordWithinAsync(new SessionFilter { Ids = [item.SessionId] }, change, cancellationToken);
        if (!step.Result.Succeeded(out var recorded, out var failure))
        {
            return failure;
        }

        writing.Label = step.Intent;
        var line = new QueueLogLine
        {
            At = writing.At,
            By = writing.By,
            Session = item.SessionId,
            Result = new QueueResult { Labels = result, Via = via, By = writing.By, At = writing.At, Taken = taken, Change = recorded.Change },
        };
        writing.Lines.Add(line);
        await index.ApplyAsync(writing.Queue, line, writing.Sequence, cancellationToken);
        await db.QueueReservations.Where(row => row.QueueId == item.QueueId && row.SessionId == item.SessionId).ExecuteDeleteAsync(cancellationToken);
        return (await FindAsync(item.QueueId, item.SessionId, cancellationToken))!;
    }

    /// <summary>The notes of many reviewers together can be longer than a session's may be.</summary>
    private string Cut(string notes) => notes.Length <= limits.Value.NoteLength ? notes : WellFormed(notes[..(limits.Value.NoteLength - 1)]) + "…";

    private static string WellFormed(string text) => char.IsHighSurrogate(text[^1]) ? text[..^1] : text;

    private Task<QueueItemRow?> FindAsync(QueueId id, SessionId session, CancellationToken cancellationToken) =>
        db.QueueItems.AsNoTracking().FirstOrDefaultAsync(row => row.QueueId == id && row.SessionId == session, cancellationToken);

    /// <summary>What is wrong with something in a queue that is not there is no matter.</summary>
    private async Task<Outcome<QueueItemRow>> RefuseAsync(QueueId id, SessionId session, Invalid invalid, CancellationToken cancellationToken) =>
        await FindAsync(id, session, cancellationToken) is null ? new NotFound() : invalid;

    private Invalid? Check(QueueLabels said)
    {
        List<ContentError> errors = [];
        if (said.Notes?.Length > limits.Value.NoteLength)
        {
            errors.Add(new ContentError($"Limits:NoteLength allows {limits.Value.NoteLength:N0} characters.", "/notes"));
        }

        if (said.ExpectedOutput?.Length > limits.Value.NoteLength)
        {
            errors.Add(new ContentError($"Limits:NoteLength allows {limits.Value.NoteLength:N0} characters.", "/expected_output"));
        }

        if (said.Tags.Count > limits.Value.TagsPerSession)
        {
            errors.Add(new ContentError($"Limits:TagsPerSession allows {limits.Value.TagsPerSession} tags.", "/tags"));
        }

        errors.AddRange(said.Tags.Index().Select(tag => (tag.Index, Problem: SessionTags.Check(tag.Item, limits.Value))).Where(tag => tag.Problem is not null)
            .Select(tag => new ContentError(tag.Problem!, $"/tags/{tag.Index}")));
        if (said.Flag is { } flag && CheckReason(flag, "/flag") is { } error)
        {
            errors.Add(error);
        }

        return errors.Count == 0 ? null : ToInvalid(errors);
    }

    private ContentError? CheckReason(string reason, string path) =>
        string.IsNullOrWhiteSpace(reason) || reason.Length > limits.Value.ReasonLength
            ? new ContentError($"Give a reason of 1 to {limits.Value.ReasonLength:N0} characters.", path)
            : null;

    private static Invalid ToInvalid(List<ContentError> errors) =>
        new("invalid_review", errors.Count == 1 ? $"{errors[0].Path}: {errors[0].Message}" : $"{errors.Count} errors in the review.", errors);
}
