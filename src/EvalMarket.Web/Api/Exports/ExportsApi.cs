using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Exports;

/// <summary>Exports as jobs, and the list of all exports.</summary>
internal static class ExportsApi
{
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    public static void MapExports(this IEndpointRouteBuilder api)
    {
        var exports = api.MapGroup("/exports").WithTags("Exports");
        exports.MapGet("", ListAsync)
            .RequirePermission(Permission.Export)
            .WithQuery(QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("List exports")
            .WithDescription("Newest first: `{items, next_cursor}`. Those that were sent at once are among them (`sent`, or `begun` when not to the end), with what was asked for (`request`).");
        exports.MapPost("", StartAsync)
            .RequirePermission(Permission.Export)
            .WithCurl("--json '{\"format\":\"deepeval\",\"filter\":{\"status\":[\"golden\"]}}'")
            .WithSummary("Start an export as a job")
            .WithDescription("`{format, filter? | session_ids?, limit?}` for sessions, `{format, dataset_id, section_ids?, run_id?, version?}` for a dataset; `format` as in the direct exports, and `package`. 202 with the export and `Location: /api/jobs/{id}`. When its `state` is `ready`, `download_url` has the file until `expires_at`: the same bytes as the direct export. A direct export with `Prefer: respond-async` does the same.");
        exports.MapGet("/{export}", GetAsync)
            .RequirePermission(Permission.Export)
            .WithSummary("One export")
            .WithDescription("`state`: `queued`, `running`, `ready`, `failed`, `cancelled`, `expired`; `sent` or `begun` for one that was sent at once. `done` and `total` are its progress.");
        exports.MapMethods("/{export}/content", GetAndHead, DownloadAsync)
            .RequirePermission(Permission.Export)
            .WithSummary("Download the file of an export")
            .WithDescription("With `ETag`, `Range` and `HEAD`. 409 while it is being made, 410 when it has expired.");
        exports.MapPost("/{export}/again", AgainAsync)
            .RequirePermission(Permission.Export)
            .WithSummary("Start the same export again")
            .WithDescription("As a job, on what is there now: 202 with the new export.");
        exports.MapPost("/{export}/cancel", CancelAsync)
            .RequirePermission(Permission.Export)
            .WithSummary("Cancel an export")
            .WithDescription("One that has ended stays as it is.");
        exports.MapDelete("/{export}", DeleteAsync)
            .RequirePermission(Permission.Export)
            .WithSummary("Delete an export")
            .WithDescription("With its file. One that is going on is stopped.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, ExportDirectory exports, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var limit = query.Limit();
        ExportId? before = query.Cursor(1) is { } parts && TypeId.TryParse<ExportId>(parts[0], out var id) ? id : null;
        if (query.Failed(out var problem))
        {
            return problem;
        }

        var page = await exports.ListAsync(before, limit, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var export in page.Items)
            {
                ExportAnswer.Write(writer, export);
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", page.Next is { } next ? Cursor.Encode(next.Value) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> StartAsync(HttpContext http, ExportRequests requests, Limits limits, CancellationToken cancellationToken)
    {
        if (!(await JsonBody.ReadAsync<JsonElement>(http, cancellationToken)).Succeeded(out var body, out var failure))
        {
            return failure.ToProblem();
        }

        List<ContentError> errors = [];
        var order = ExportBody.Read(body, limits, errors);
        return errors.Count > 0
            ? new Invalid("invalid_body", errors[0].Message, errors).ToProblem()
            : Started(http, await requests.StartAsync(order, cancellationToken));
    }

    private static async Task<IResult> GetAsync(string export, ExportDirectory exports, CancellationToken cancellationToken) =>
        TypeId.TryParse<ExportId>(export, out var id) && await exports.FindAsync(id, cancellationToken) is { } view
            ? new JsonAnswer(writer => ExportAnswer.Write(writer, view))
            : Problem.NotFound();

    private static async Task<IResult> DownloadAsync(string export, HttpContext http, ExportDirectory exports, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<ExportId>(export, out var id) || await exports.FindAsync(id, cancellationToken) is not { } view)
        {
            return Problem.NotFound();
        }

        if (!(await exports.OpenAsync(view, cancellationToken)).Succeeded(out var content, out var failure))
        {
            return failure.ToProblem();
        }

        http.Response.Headers.CacheControl = "private, no-cache";
        // The file of an id never changes.
        return TypedResults.Stream(content, view.Row.ContentType, view.Row.FileName, view.Row.FinishedAt, new EntityTagHeaderValue($"\"{id.Value}\""), enableRangeProcessing: true);
    }

    private static async Task<IResult> AgainAsync(string export, HttpContext http, ExportRequests requests, CancellationToken cancellationToken) =>
        TypeId.TryParse<ExportId>(export, out var id) ? Started(http, await requests.StartAgainAsync(id, cancellationToken)) : Problem.NotFound();

    private static async Task<IResult> CancelAsync(string export, ExportRequests requests, CancellationToken cancellationToken) =>
        !TypeId.TryParse<ExportId>(export, out var id) ? Problem.NotFound()
        : (await requests.CancelAsync(id, cancellationToken)).Succeeded(out var view, out var failure) ? new JsonAnswer(writer => ExportAnswer.Write(writer, view))
        : failure.ToProblem();

    private static async Task<IResult> DeleteAsync(string export, ExportRequests requests, CancellationToken cancellationToken) =>
        !TypeId.TryParse<ExportId>(export, out var id) ? Problem.NotFound()
        : (await requests.DeleteAsync(id, cancellationToken)).Succeeded(out _, out var failure) ? TypedResults.NoContent()
        : failure.ToProblem();

    private static IResult Started(HttpContext http, Outcome<ExportView> outcome)
    {
        if (!outcome.Succeeded(out var export, out var failure))
        {
            return ExportProblems.Of(failure);
        }

        http.Response.Headers.Location = $"/api/jobs/{export.Row.JobId}";
        return new JsonAnswer(writer => ExportAnswer.Write(writer, export), StatusCodes.Status202Accepted);
    }
}
