using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>Reading, labelling and deleting sessions (contract, section 3).</summary>
internal static class SessionsApi
{
    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Sessions");
        sessions.MapGet("", ListAsync)
            .RequirePermission(Permission.Read)
            .WithQuery([.. SessionFilterParameters.Declared, SessionFilterParameters.Sort, QueryParameter.Limit, QueryParameter.Cursor])
            .WithSummary("List sessions")
            .WithDescription("Without messages, newest first or as `sort` says: `{items, next_cursor}`. Repeat a filter to match any of several values; different filters narrow each other.");
        sessions.MapGet("/{session}", GetAsync)
            .RequirePermission(Permission.Read)
            .WithSummary("One session with its messages")
            .WithDescription("Everything about the session, comments and tags on its messages included. What this gives can be sent to `POST /api/sessions` again.");
        sessions.MapPatch("/{session}", PatchAsync)
            .RequirePermission(Permission.Label)
            .WithCurl("--json '{\"eval_ready\":true,\"eval_status\":\"golden\"}'")
            .WithSummary("Label a session")
            .WithDescription("Sets `eval_ready, eval_status, eval_notes, eval_tags, expected_output`; absent fields stay, null empties. A change of status, notes, tags or expected output sets `reviewed_at`. Gives the session without messages.");
        sessions.MapDelete("/{session}", DeleteAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Delete a session");
        sessions.MapPost("/bulk", BulkAsync)
            .RequirePermission(Permission.Label)
            .WithCurl("--json '{\"filter\":{\"source\":\"codex\"},\"set\":{\"eval_ready\":true},\"add_tags\":[\"codex\"]}'")
            .WithSummary("Label many sessions")
            .WithDescription("`{ids: […] | filter: {…}, set: {…}, add_tags: […], remove_tags: […]}` → `{changed}`. The filter takes the names of the list's parameters, each with a value or a list of values. All in one step: everything that matches is changed, or nothing. With `Prefer: respond-async` it is a job.");
        sessions.MapPost("/{session}/messages/{message}/comments", CommentAsync)
            .RequirePermission(Permission.Label)
            .WithCurl("--json '{\"text\":\"This is where it goes wrong.\"}'")
            .WithSummary("Comment on a message")
            .WithDescription("`{text, author?}`. Comments survive a re-import.");
        sessions.MapPost("/{session}/messages/{message}/tags", TagAsync)
            .RequirePermission(Permission.Label)
            .WithCurl("--json '{\"name\":\"hallucination\"}'")
            .WithSummary("Tag a message")
            .WithDescription("`{name}`. A tag that is there already is not added again.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, SessionDirectory directory, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var filter = SessionFilterParameters.Read(query);
        var order = SessionFilterParameters.ReadOrder(query);
        var limit = query.Limit();
        var after = SessionCursor.Read(query, order);
        if (query.Failed(out var problem))
        {
            return problem;
        }

        var page = await directory.ListAsync(filter, order, after, limit, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var row in page.Items)
            {
                SessionWriter.WriteListItem(writer, SessionContent.Of(row, []), new SessionStamp(row.Id, row.MessageCount));
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", page.Next is { } next ? SessionCursor.Write(next) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> GetAsync(string session, SessionStore sessions, CancellationToken cancellationToken) =>
        TypeId.TryParse<SessionId>(session, out var id) && await sessions.OpenAsync(id, cancellationToken) is { } found
            ? new JsonAnswer(writer => SessionWriter.Write(
                writer, SessionContent.Of(found.Row, found.Messages) with { Metadata = found.Document.Metadata }, new SessionStamp(id, found.Messages.Count)))
            : Problem.NotFound();

    private static async Task<IResult> PatchAsync(
        string session, HttpContext http, SessionDirectory directory, SessionLabels labels, Limits limits, CancellationToken cancellationToken)
    {
        var (body, failure) = await ReadAsync(http, cancellationToken);
        if (!TypeId.TryParse<SessionId>(session, out var id) || !await directory.ExistsAsync(id, cancellationToken))
        {
            return Problem.NotFound();
        }

        if (failure is not null)
        {
            return failure.ToProblem();
        }

        List<ContentError> errors = [];
        var change = LabelChangeBody.Read(body, "", limits, errors);
        if (errors.Count > 0)
        {
            return InvalidBody(errors).ToProblem();
        }

        var outcome = await labels.ChangeAsync(new SessionFilter { Ids = [id] }, change, null, cancellationToken);
        if (!outcome.Succeeded(out _, out var refused))
        {
            return refused.ToProblem();
        }

        return await directory.FindAsync(id, cancellationToken) is { } row
            ? new JsonAnswer(writer => SessionWriter.WriteListItem(writer, SessionContent.Of(row, []), new SessionStamp(row.Id, row.MessageCount)))
            : Problem.NotFound();
    }

    private static async Task<IResult> DeleteAsync(string session, SessionDeletion deletion, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<SessionId>(session, out var id))
        {
            return Problem.NotFound();
        }

        var outcome = await deletion.DeleteAsync(id, cancellationToken);
        return outcome.Succeeded(out var deleted, out var failure)
            ? deleted == 0 ? Problem.NotFound() : TypedResults.NoContent()
            : failure.ToProblem();
    }

    private static async Task<IResult> BulkAsync(HttpContext http, SessionLabels labels, SessionBulkJob jobs, Limits limits, CancellationToken cancellationToken)
    {
        var (body, failure) = await ReadAsync(http, cancellationToken);
        if (failure is not null)
        {
            return failure.ToProblem();
        }

        List<ContentError> errors = [];
        var request = BulkLabelBody.Read(body, limits, errors);
        if (errors.Count > 0)
        {
            return InvalidBody(errors).ToProblem();
        }

        if (http.Request.PrefersAsync())
        {
            return JobAnswer.Accepted(await jobs.EnqueueAsync(request.Filter, request.Change, cancellationToken));
        }

        var outcome = await labels.ChangeAsync(request.Filter, request.Change, null, cancellationToken);
        return outcome.Succeeded(out var changed, out var refused)
            ? new JsonAnswer(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("changed", changed);
                writer.WriteEndObject();
            })
            : refused.ToProblem();
    }

    private static Task<IResult> CommentAsync(
        string session, string message, HttpContext http, SessionStore sessions, SessionLabels labels, Limits limits, CancellationToken cancellationToken) =>
        AnnotateAsync(session, message, MessageAnnotationKind.Comment, "text", http, sessions, labels, limits, cancellationToken);

    private static Task<IResult> TagAsync(
        string session, string message, HttpContext http, SessionStore sessions, SessionLabels labels, Limits limits, CancellationToken cancellationToken) =>
        AnnotateAsync(session, message, MessageAnnotationKind.Tag, "name", http, sessions, labels, limits, cancellationToken);

    private static async Task<IResult> AnnotateAsync(
        string session,
        string message,
        MessageAnnotationKind kind,
        string property,
        HttpContext http,
        SessionStore sessions,
        SessionLabels labels,
        Limits limits,
        CancellationToken cancellationToken)
    {
        var (body, failure) = await ReadAsync(http, cancellationToken);
        if (!TypeId.TryParse<SessionId>(session, out var sessionId) || !TypeId.TryParse<MessageId>(message, out var messageId)
            || !await sessions.HasMessageAsync(sessionId, messageId, cancellationToken))
        {
            return Problem.NotFound();
        }

        if (failure is not null)
        {
            return failure.ToProblem();
        }

        List<ContentError> errors = [];
        var remark = RemarkBody.Read(body, property, kind, limits, errors);
        if (errors.Count > 0)
        {
            return InvalidBody(errors).ToProblem();
        }

        var outcome = await labels.AnnotateAsync(sessionId, messageId, kind, remark.Text, remark.Author, cancellationToken);
        return outcome.Succeeded(out var added, out var refused)
            ? new JsonAnswer(
                writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString(property, added.Text);
                    if (kind == MessageAnnotationKind.Comment)
                    {
                        writer.WriteString("author", added.Author);
                        writer.WriteString("created_at", added.CreatedAt.UtcDateTime.ToString(TimeConverter.Format));
                    }
                    else
                    {
                        writer.WriteBoolean("system", false);
                    }

                    writer.WriteEndObject();
                },
                StatusCodes.Status201Created)
            : refused.ToProblem();
    }

    private static Invalid InvalidBody(List<ContentError> errors) =>
        new("invalid_body", errors.Count == 1 ? $"{errors[0].Path}: {errors[0].Message}" : $"{errors.Count} errors in the body.", errors);

    private static async Task<(JsonElement Body, Failure? Failure)> ReadAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = await JsonBody.ReadAsync<JsonElement>(http, cancellationToken);
        return outcome.Succeeded(out var body, out var failure) ? (body, null) : (default, failure);
    }
}
