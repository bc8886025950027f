using System.Text;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Jobs;

/// <summary>Long work: looking at it, and stopping it.</summary>
internal static class JobsApi
{
    public static void MapJobs(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapGet("", ListAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("List jobs")
            .WithDescription("Newest first: `{items, next_cursor}`.");
        jobs.MapGet("/{job}", GetAsync)
            .RequirePermission(Permission.Read)
            .WithSummary("One job")
            .WithDescription("`{id, kind, status: queued|running|completed|failed|cancelled, done, total, result, errors}`; `result` is the body that the synchronous answer would have had.");
        jobs.MapGet("/{job}/errors", GetErrorsAsync)
            .RequirePermission(Permission.Read)
            .WithSummary("The errors of a job as CSV")
            .WithDescription("Every error that the job lists, in its `errors` or in those of its `result`: `file,line,path,message`. Only the head where there are none.");
        jobs.MapDelete("/{job}", CancelAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Cancel a job")
            .WithDescription("A queued job is cancelled at once, a running one stops at the next safe place; one that has ended stays as it is.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, JobQueue queue, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var limit = query.Limit();
        JobId? before = query.Cursor(1) is { } parts && TypeId.TryParse<JobId>(parts[0], out var id) ? id : null;
        if (query.Failed(out var problem))
        {
            return problem;
        }

        var page = await queue.ListAsync(before, limit + 1, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var job in page.Take(limit))
            {
                JobAnswer.Of(job).Write(writer);
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", page.Count > limit ? Cursor.Encode(page[limit - 1].Id.Value) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> GetAsync(string job, JobQueue queue, CancellationToken cancellationToken) =>
        TypeId.TryParse<JobId>(job, out var id) && await queue.FindAsync(id, cancellationToken) is { } found
            ? JobAnswer.Of(found)
            : Problem.NotFound();

    private static async Task<IResult> GetErrorsAsync(string job, JobQueue queue, CancellationToken cancellationToken) =>
        TypeId.TryParse<JobId>(job, out var id) && await queue.FindAsync(id, cancellationToken) is { } found
            ? TypedResults.File(Encoding.UTF8.GetBytes(ErrorTable.Write(JobErrors.Of(found))), "text/csv; charset=utf-8", $"errors-{found.Id}.csv")
            : Problem.NotFound();

    private static async Task<IResult> CancelAsync(string job, JobQueue queue, CancellationToken cancellationToken) =>
        TypeId.TryParse<JobId>(job, out var id) && await queue.CancelAsync(id, cancellationToken) is { } found
            ? JobAnswer.Of(found)
            : Problem.NotFound();
}
