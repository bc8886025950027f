using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Queues;

/// <summary>Annotation queues: their settings and what is in them (contract, section 5).</summary>
internal static class QueuesApi
{
    private const string State = "state";

    public static void MapQueues(this IEndpointRouteBuilder api)
    {
        var queues = api.MapGroup("/queues").WithTags("Queues");
        queues.MapGet("", ListAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("List annotation queues")
            .WithDescription("Newest first, with how far they are: `{items, next_cursor}`.");
        queues.MapPost("", AddAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"name\":\"Refunds\",\"instructions\":\"Golden only when the amount is right.\",\"reviews_per_session\":2}'")
            .WithSummary("Make an annotation queue")
            .WithDescription("`{name, instructions?, reviews_per_session?, blind?, status?, reservation_minutes?, reviewers?}`. The usual: 1 review, blind, `open`, 30 minutes, and everybody who may label. `reviewers` are e-mail addresses of members, and keys as `key:{name}`.");
        queues.MapGet("/{queue}", GetAsync)
            .RequirePermission(Permission.Read)
            .WithSummary("One annotation queue");
        queues.MapPatch("/{queue}", ChangeAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"status\":\"closed\"}'")
            .WithSummary("Change an annotation queue")
            .WithDescription("What is given is changed. `reviews_per_session` can be changed until the first review is in (409 `has_reviews`). A closed queue takes no reviews (409 `queue_closed`) and hides none.");
        queues.MapDelete("/{queue}", DeleteAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Delete an annotation queue")
            .WithDescription("With its reviews. Results that have landed on sessions stay there.");
        queues.MapPost("/{queue}/import", ImportAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"filter\":{\"project\":\"ledger\"}}'")
            .WithSummary("Put sessions into a queue")
            .WithDescription("`{session_ids: […]}`, `{filter: {…}}` with the names of the list's parameters, or `{dataset_id}`: the sessions that the dataset's items are linked to → `{added, already_there, not_found: {count, reason}, not_linked: {count, reason}, import}`; `import` is the number to undo it by. All in one step. With `Prefer: respond-async` it is a job.");
        queues.MapPost("/{queue}/imports/{import:long}/undo", UndoAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Take an import into a queue back")
            .WithDescription("`import` is the number that the import's answer gave. What it has put in is taken out again, but for sessions that somebody has reviewed or passed over meanwhile: `{removed, kept}`. Done twice, it removes nothing the second time.");
        queues.MapGet("/{queue}/items", ItemsAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(new QueryParameter(State, "Only these sessions.", Values: QueueItemFilters.WireNames), QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("The sessions of a queue")
            .WithDescription("In the queue's order: `{items, next_cursor}`, each `{session_id, title, source, model, message_count, state, reviews, reviews_needed, skips, flagged, added_at, result}`.");
        queues.MapDelete("/{queue}/items/{session}", RemoveAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Take a session out of a queue")
            .WithDescription("With what was said of it there. A result that has landed on the session stays.");
    }

    /// <summary>Null when there is none.</summary>
    internal static async Task<QueueRow?> FindAsync(string queue, QueueDirectory directory, CancellationToken cancellationToken) =>
        TypeId.TryParse<QueueId>(queue, out var id) ? await directory.FindAsync(id, cancellationToken) : null;

    internal static Invalid InvalidBody(List<ContentError> errors) =>
        new("invalid_body", errors.Count == 1 ? $"{errors[0].Path}: {errors[0].Message}" : $"{errors.Count} errors in the body.", errors);

    internal static async Task<(JsonElement Body, Failure? Failure)> ReadAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = await JsonBody.ReadAsync<JsonElement>(http, cancellationToken);
        return outcome.Succeeded(out var body, out var failure) ? (body, null) : (default, failure);
    }

    /// <summary>A place in a queue as a cursor.</summary>
    internal static QueuePlace? ReadPlace(QueryReader query)
    {
        if (query.Cursor(2) is not { } parts)
        {
            return null;
        }

        if (long.TryParse(parts[0], out var added) && TypeId.TryParse<SessionId>(parts[1], out var session))
        {
            return new QueuePlace(added, session);
        }

        query.Refuse("cursor", "This is no cursor of this list.");
        return null;
    }

    internal static string? WritePlace(QueuePlace? place) => place is { } end ? Cursor.Encode(end.Added.ToString(), end.Session.Value) : null;

    private static async Task<IResult> ListAsync(HttpContext http, QueueDirectory directory, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var limit = query.Limit();
        QueueId? before = null;
        if (query.Cursor(1) is { } parts)
        {
            before = TypeId.TryParse<QueueId>(parts[0], out var id) ? id : null;
            if (before is null)
            {
                query.Refuse("cursor", "This is no cursor of this list.");
            }
        }

        if (query.Failed(out var problem))
        {
            return problem;
        }

        var (items, next) = await directory.ListAsync(before, limit, cancellationToken);
        var numbers = await directory.CountAsync([.. items.Select(row => row.Id)], cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var row in items)
            {
                QueueAnswers.WriteQueue(writer, row, numbers[row.Id]);
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", next is { } end ? Cursor.Encode(end.Value) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> AddAsync(HttpContext http, QueueChanges changes, QueueDirectory directory, CancellationToken cancellationToken)
    {
        var (body, failure) = await ReadAsync(http, cancellationToken);
        if (failure is not null)
        {
            return failure.ToProblem();
        }

        List<ContentError> errors = [];
        var settings = QueueSettingsBody.Read(body, errors);
        if (errors.Count > 0)
        {
            return InvalidBody(errors).ToProblem();
        }

        var outcome = await changes.AddAsync(settings, cancellationToken);
        if (!outcome.Succeeded(out var row, out var refused))
        {
            return refused.ToProblem();
        }

        http.Response.Headers.Location = $"/api/queues/{row.Id}";
        return await AnswerAsync(row, directory, StatusCodes.Status201Created, cancellationToken);
    }

    private static async Task<IResult> GetAsync(string queue, QueueDirectory directory, CancellationToken cancellationToken) =>
        await FindAsync(queue, directory, cancellationToken) is { } row ? await AnswerAsync(row, directory, StatusCodes.Status200OK, cancellationToken) : Problem.NotFound();

    private static async Task<IResult> ChangeAsync(string queue, HttpContext http, QueueChanges changes, QueueDirectory directory, CancellationToken cancellationToken)
    {
        var (body, failure) = await ReadAsync(http, cancellationToken);
        if (await FindAsync(queue, directory, cancellationToken) is not { } found)
        {
            return Problem.NotFound();
        }

        if (failure is not null)
        {
            return failure.ToProblem();
        }

        List<ContentError> errors = [];
        var settings = QueueSettingsBody.Read(body, errors);
        if (errors.Count > 0)
        {
            return InvalidBody(errors).ToProblem();
        }

        var outcome = await changes.ChangeAsync(found.Id, settings, cancellationToken);
        return outcome.Succeeded(out var row, out var refused) ? await AnswerAsync(row, directory, StatusCodes.Status200OK, cancellationToken) : refused.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(string queue, QueueChanges changes, CancellationToken cancellationToken) =>
        !TypeId.TryParse<QueueId>(queue, out var id) ? Problem.NotFound()
        : (await changes.DeleteAsync(id, cancellationToken)).Succeeded(out _, out var failure) ? TypedResults.NoContent()
        : failure.ToProblem();

    private static async Task<IResult> ImportAsync(
        string queue, HttpContext http, QueueDirectory directory, QueueImport import, QueueImportJob jobs, Limits limits, CancellationToken cancellationToken)
    {
        var (body, failure) = await ReadAsync(http, cancellationToken);
        if (await FindAsync(queue, directory, cancellationToken) is not { } row)
        {
            return Problem.NotFound();
        }

        if (failure is not null)
        {
            return failure.ToProblem();
        }

        List<ContentError> errors = [];
        var source = QueueImportBody.Read(body, limits, errors);
        if (errors.Count > 0)
        {
            return InvalidBody(errors).ToProblem();
        }

        if (http.Request.PrefersAsync())
        {
            return JobAnswer.Accepted(source.Source is { } from
                ? await jobs.EnqueueLinkedAsync(row, from, cancellationToken)
                : await jobs.EnqueueAsync(row, source.Filter, cancellationToken));
        }

        var outcome = source.Source is { } linked
            ? await import.AddLinkedAsync(row.Id, linked, null, cancellationToken)
            : await import.AddAsync(row.Id, source.Filter, null, cancellationToken);
        return outcome.Succeeded(out var result, out var refused) ? new JsonAnswer(writer => QueueAnswers.WriteImport(writer, result)) : refused.ToProblem();
    }

    private static async Task<IResult> UndoAsync(string queue, long import, QueueImport imports, CancellationToken cancellationToken) =>
        !TypeId.TryParse<QueueId>(queue, out var id) ? Problem.NotFound()
        : (await imports.UndoAsync(id, import, cancellationToken)).Succeeded(out var undone, out var failure) ? new JsonAnswer(writer => QueueAnswers.WriteUndo(writer, undone))
        : failure.ToProblem();

    private static async Task<IResult> ItemsAsync(string queue, HttpContext http, QueueDirectory directory, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var filter = QueueItemFilters.Parse(query.OneOf(State, QueueItemFilters.WireNames));
        var limit = query.Limit();
        var after = ReadPlace(query);
        if (await FindAsync(queue, directory, cancellationToken) is not { } row)
        {
            return Problem.NotFound();
        }

        if (query.Failed(out var problem))
        {
            return problem;
        }

        var (items, next) = await directory.ListItemsAsync(row.Id, filter, after, limit, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var (item, session) in items)
            {
                QueueAnswers.WriteItem(writer, row, item, session);
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", WritePlace(next));
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> RemoveAsync(string queue, string session, QueueImport import, CancellationToken cancellationToken) =>
        !TypeId.TryParse<QueueId>(queue, out var id) || !TypeId.TryParse<SessionId>(session, out var item) ? Problem.NotFound()
        : (await import.RemoveAsync(id, item, cancellationToken)).Succeeded(out _, out var failure) ? TypedResults.NoContent()
        : failure.ToProblem();

    private static async Task<IResult> AnswerAsync(QueueRow row, QueueDirectory directory, int status, CancellationToken cancellationToken)
    {
        var numbers = await directory.CountAsync([row.Id], cancellationToken);
        return new JsonAnswer(writer => QueueAnswers.WriteQueue(writer, row, numbers[row.Id]), status);
    }
}
