using EvalMarket.Core;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Queues;

/// <summary>Reviewing in annotation queues, deciding, agreement and export (contract, section 5).</summary>
internal static class QueueReviewsApi
{
    private const string After = "after";
    private const string Session = "session_id";
    private const string Reviewer = "reviewer";
    private const string Format = "format";

    public static void MapQueueReviews(this IEndpointRouteBuilder api)
    {
        var queue = api.MapGroup("/queues/{queue}").WithTags("Queues");
        queue.MapMethods("/next", [HttpMethods.Get, HttpMethods.Post], NextAsync)
            .RequirePermission(Permission.Label)
            .WithQuery(new QueryParameter(After, "A session to go on from: it is given again only when it is the only one."))
            .WithSummary("The next session to review")
            .WithDescription("Keeps the session for the caller, for the queue's `reservation_minutes`; asking again gives the same one until it is reviewed or skipped → `{session_id, …, instructions, reserved_until, remaining}`. `session_id` is null when nothing waits for the caller; `with_others` then says how many sessions others have reserved. GET and POST do the same.");
        queue.MapPost("/reviews", ReviewAsync)
            .RequirePermission(Permission.Label)
            .WithCurl("--json '{\"session_id\":\"ses_…\",\"status\":\"golden\",\"notes\":\"Right amount.\",\"tags\":[\"refund\"]}'")
            .WithSummary("Review or skip a session")
            .WithDescription("`{session_id, status, notes?, tags?, expected_output?, flag?}` or `{session_id, skip: \"reason\"}` → the session in the queue, with `review`. One review a session and reviewer; sent again it is changed, until the session has all its reviews (409 `review_closed`). 409 `reserved` when others have the places that are left. When the last review agrees with the others, the result is on the session's eval fields.");
        queue.MapGet("/reviews", ReviewsAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(new QueryParameter(Session, "Of this session."), new QueryParameter(Reviewer, "By this reviewer."), QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("Reviews and skips of a queue")
            .WithDescription("Newest first: `{items, next_cursor}`. Of a blind queue, others' reviews of a session are here once it has all of them, is decided, or the queue is closed.");
        queue.MapPost("/adjudicate", DecideAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"session_id\":\"ses_…\",\"take\":\"ada@example.org\"}'")
            .WithSummary("Decide a session")
            .WithDescription("`{session_id, take: reviewer}` makes a review the result, `{session_id, status, notes?, tags?, expected_output?}` sets one's own. It lands on the session's eval fields, whatever the reviews say, and can be decided anew.");
        queue.MapGet("/agreement", AgreementAsync)
            .RequirePermission(Permission.Read)
            .WithSummary("How far reviewers agree")
            .WithDescription("Cohen's κ when two have reviewed, Fleiss' κ for more, over all labels and for each against the others; κ of each pair; and how often two reviewers of a session gave which two labels (`matrix`). `kappa` is null when there is nothing to compare or everybody gave one label. Sessions with one review are `left_out`.");
        queue.MapGet("/export", ExportAsync)
            .RequirePermission(Permission.Export)
            .WithQuery(new QueryParameter(Format, "What to write; `jsonl` when absent.", Values: QueueExports.Formats))
            .WithSummary("Export a queue")
            .WithDescription("As JSON lines, one a session with its reviews, skips and result; or as CSV, one row a review. Streamed. Of a blind queue only what the caller may see.");
    }

    private static async Task<IResult> NextAsync(string queue, HttpContext http, QueueDirectory directory, QueueReservations reservations, SessionDirectory sessions, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var after = query.Text(After);
        SessionId? from = TypeId.TryParse<SessionId>(after, out var parsed) ? parsed : null;
        if (after is not null && from is null)
        {
            query.Refuse(After, "Must be an id that starts with ses_.");
        }

        if (await QueuesApi.FindAsync(queue, directory, cancellationToken) is not { } row)
        {
            return Problem.NotFound();
        }

        if (query.Failed(out var problem))
        {
            return problem;
        }

        var outcome = await reservations.NextAsync(row.Id, from, cancellationToken);
        if (!outcome.Succeeded(out var turn, out var failure))
        {
            return failure.ToProblem();
        }

        var remaining = await directory.CountOpenAsync(turn.Queue, cancellationToken);
        var session = turn.Item is { } item ? await sessions.FindAsync(item.SessionId, cancellationToken) : null;
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("queue_id", row.Id.Value);
            if (turn.Item is { } next)
            {
                QueueAnswers.WriteItemFields(writer, turn.Queue, next, session);
            }
            else
            {
                writer.WriteNull("session_id");
                writer.WriteNumber("with_others", turn.WithOthers);
            }

            QueueAnswers.WriteTime(writer, "reserved_until", turn.Until);
            writer.WriteNumber("remaining", remaining);
            writer.WriteString("instructions", turn.Queue.Instructions);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> ReviewAsync(
        string queue, HttpContext http, QueueDirectory directory, QueueReviews reviews, Tenant tenant, Limits limits, CancellationToken cancellationToken)
    {
        var (body, failure) = await QueuesApi.ReadAsync(http, cancellationToken);
        if (await QueuesApi.FindAsync(queue, directory, cancellationToken) is not { } row)
        {
            return Problem.NotFound();
        }

        if (failure is not null)
        {
            return failure.ToProblem();
        }

        List<ContentError> errors = [];
        var review = QueueReviewBody.ReadReview(body, limits, errors);
        if (errors.Count > 0)
        {
            return QueuesApi.InvalidBody(errors).ToProblem();
        }

        var outcome = review.Labels is { } labels
            ? await reviews.ReviewAsync(row.Id, review.Session, labels, cancellationToken)
            : await reviews.SkipAsync(row.Id, review.Session, review.Skip!, cancellationToken);
        if (!outcome.Succeeded(out var item, out var refused))
        {
            return refused.ToProblem();
        }

        var mine = (await directory.ListReviewsAsync(row, item, cancellationToken)).FirstOrDefault(said => said.Reviewer == tenant.Actor.Identity);
        return new JsonAnswer(
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("queue_id", row.Id.Value);
                QueueAnswers.WriteItemFields(writer, row, item, null);
                writer.WritePropertyName("review");
                if (mine is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    QueueJsonLines.WriteReview(writer, mine);
                }

                writer.WriteEndObject();
            },
            StatusCodes.Status201Created);
    }

    private static async Task<IResult> ReviewsAsync(string queue, HttpContext http, QueueDirectory directory, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var limit = query.Limit();
        var reviewer = query.Text(Reviewer);
        var session = query.Ids<SessionId>(Session) is [var first, ..] ? (SessionId?)first : null;
        var before = QueuesApi.ReadPlace(query);
        if (await QueuesApi.FindAsync(queue, directory, cancellationToken) is not { } row)
        {
            return Problem.NotFound();
        }

        if (query.Failed(out var problem))
        {
            return problem;
        }

        var (items, next) = await directory.ListReviewsAsync(row, session, reviewer, before, limit, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var review in items)
            {
                QueueJsonLines.WriteReview(writer, review);
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", QueuesApi.WritePlace(next));
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> DecideAsync(string queue, HttpContext http, QueueDirectory directory, QueueReviews reviews, Limits limits, CancellationToken cancellationToken)
    {
        var (body, failure) = await QueuesApi.ReadAsync(http, cancellationToken);
        if (await QueuesApi.FindAsync(queue, directory, cancellationToken) is not { } row)
        {
            return Problem.NotFound();
        }

        if (failure is not null)
        {
            return failure.ToProblem();
        }

        List<ContentError> errors = [];
        var decision = QueueReviewBody.ReadDecision(body, limits, errors);
        if (errors.Count > 0)
        {
            return QueuesApi.InvalidBody(errors).ToProblem();
        }

        var outcome = await reviews.DecideAsync(row.Id, decision.Session, decision.Take, decision.Labels, cancellationToken);
        return outcome.Succeeded(out var item, out var refused)
            ? new JsonAnswer(writer => QueueAnswers.WriteItem(writer, row, item, null))
            : refused.ToProblem();
    }

    private static async Task<IResult> AgreementAsync(string queue, QueueDirectory directory, QueueAgreement agreement, CancellationToken cancellationToken)
    {
        if (await QueuesApi.FindAsync(queue, directory, cancellationToken) is not { } row)
        {
            return Problem.NotFound();
        }

        var result = await agreement.MeasureAsync(row, cancellationToken);
        var numbers = await directory.CountAsync([row.Id], cancellationToken);
        return new JsonAnswer(writer => QueueAnswers.WriteAgreement(writer, result, numbers[row.Id]));
    }

    private static async Task<IResult> ExportAsync(string queue, HttpContext http, QueueDirectory directory, QueueExports exports, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var format = query.OneOf(Format, QueueExports.Formats) ?? QueueJsonLines.Format;
        if (await QueuesApi.FindAsync(queue, directory, cancellationToken) is not { } row)
        {
            return Problem.NotFound();
        }

        return query.Failed(out var problem) ? problem : new QueueExportAnswer(exports, row, format);
    }
}
