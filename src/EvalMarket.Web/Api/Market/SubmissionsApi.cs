using EvalMarket.Core;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Market;

/// <summary>Sending responses, and what they are worth (contract, section 7).</summary>
internal static class SubmissionsApi
{
    private static readonly QueryParameter Model = new("model", "The model that gave the responses.");
    private static readonly QueryParameter Leaderboard = new("leaderboard", "A name to be on the leaderboard under; absent to stay off it.");

    public static void MapSubmissions(this IEndpointRouteBuilder api)
    {
        api.MapPost("/listings/{slug}/submissions", PostAsync)
            .RequirePermission(Permission.Submit)
            .WithTags("Submissions")
            .WithQuery(Model, Leaderboard)
            .WithCurl("--json '[{\"task_id\":\"t1\",\"model_response\":\"Answer: 42\"}]'")
            .WithSummary("Send responses to be scored")
            .WithDescription("`[{task_id, model_response}]` → `{id, status, score, pass_rate, tasks: [{task_id, score, passed, status, criteria?}]}`, as much of it as `reveal` allows. A task without a response counts 0. 422 lists every error, 429 `quota_reached` says when there is room again. A body over `Limits:SyncBytes`, or `Prefer: respond-async`, is graded by a job.");
        api.MapGet("/listings/{slug}/quota", QuotaAsync)
            .RequirePermission(Permission.Read)
            .WithTags("Submissions")
            .WithSummary("How many submissions are left")
            .WithDescription("`{used, quota, left, free_at}` of the workspace for the listing, within 30 days.");
        var submissions = api.MapGroup("/submissions").WithTags("Submissions");
        submissions.MapGet("", ListAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("List the workspace's submissions")
            .WithDescription("Newest first, without tasks: `{items, next_cursor}`.");
        submissions.MapGet("/{submission}", GetAsync)
            .RequirePermission(Permission.Read)
            .WithSummary("One submission")
            .WithDescription("`status` is queued, running, pending (criteria wait for a verdict), completed or failed.");
        submissions.MapPatch("/{submission}", PatchAsync)
            .RequirePermission(Permission.Submit)
            .WithCurl("--json '{\"leaderboard\":\"Lantern Labs\",\"model\":\"quill-2\"}'")
            .WithSummary("Name a submission")
            .WithDescription("`{model, leaderboard}`; null leaves the leaderboard.");
    }

    private static async Task<IResult> PostAsync(
        string slug, HttpContext http, MarketDirectory market, MarketGrants grants, MarketSubmissions submissions, SubmissionGrading grading, SubmissionGradingJob jobs,
        SubmissionReports reports, Limits limits, CancellationToken cancellationToken)
    {
        if (await market.FindAsync(slug, cancellationToken) is not { } listing)
            return Problem.NotFound();
        if (!http.Request.HasJsonContentType())
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send application/json: [{\"task_id\": …, \"model_response\": …}].");
        var query = new QueryReader(http);
        var submission = new NewSubmission(query.Text("model", SubmissionRow.NameLength), query.Text("leaderboard", SubmissionRow.NameLength));
        if (query.Failed(out var problem))
            return problem;

        if (!(await submissions.SubmitAsync(listing, submission, http.Request.Body, cancellationToken)).Succeeded(out var row, out var failure))
            return failure.ToProblem();
        await grants.HoldAsync(listing, cancellationToken);
        if (http.Request.ContentLength > limits.SyncBytes || http.Request.PrefersAsync())
            return JobAnswer.Accepted(await jobs.EnqueueAsync(row, listing.Title, cancellationToken));

        // Whoever goes away before the end finds it graded all the same: upkeep gives it to a job.
        if (await grading.GradeAsync(row.Id, null, cancellationToken) is { } refused)
            return refused.ToProblem();
        http.Response.Headers.Location = $"/api/submissions/{row.Id}";
        return await reports.OpenAsync(row.Id, cancellationToken) is { } report ? new JsonAnswer(report.Write, StatusCodes.Status201Created) : Problem.NotFound();
    }

    private static async Task<IResult> QuotaAsync(string slug, MarketDirectory market, MarketSubmissions submissions, CancellationToken cancellationToken)
    {
        if (await market.FindAsync(slug, cancellationToken) is not { } listing)
            return Problem.NotFound();
        var quota = await submissions.QuotaAsync(listing, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("used", quota.Used);
            writer.WriteNumber("quota", quota.Quota);
            writer.WriteNumber("left", quota.Left);
            writer.WriteString("free_at", Wire.Time(quota.FreeAt));
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> ListAsync(HttpContext http, SubmissionReports reports, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var limit = query.Limit();
        SubmissionId? before = query.Cursor(1) is { } parts && TypeId.TryParse<SubmissionId>(parts[0], out var id) ? id : null;
        if (query.Failed(out var problem))
            return problem;
        var page = await reports.ListAsync(null, before, limit + 1, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var report in page.Take(limit))
                report.Write(writer);
            writer.WriteEndArray();
            writer.WriteString("next_cursor", page.Count > limit ? Cursor.Encode(page[limit - 1].Row.Id.Value) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> GetAsync(string submission, SubmissionReports reports, CancellationToken cancellationToken) =>
        TypeId.TryParse<SubmissionId>(submission, out var id) && await reports.OpenAsync(id, cancellationToken) is { } report ? new JsonAnswer(report.Write) : Problem.NotFound();

    private static async Task<IResult> PatchAsync(string submission, HttpContext http, SubmissionCommits commits, SubmissionReports reports, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync<SubmissionBody>(http, cancellationToken);
        if (!TypeId.TryParse<SubmissionId>(submission, out var id) || await reports.OpenAsync(id, cancellationToken) is not { } before)
            return Problem.NotFound();
        if (!read.Succeeded(out var body, out var failure))
            return failure.ToProblem();

        var change = new NewSubmission(body.Model ?? before.Row.Model, body.Leaderboard);
        return (await commits.DescribeAsync(id, change, cancellationToken)).Succeeded(out _, out failure) && await reports.OpenAsync(id, cancellationToken) is { } report
            ? new JsonAnswer(report.Write)
            : (failure ?? new NotFound()).ToProblem();
    }
}

/// <summary>What a buyer says of a submission.</summary>
internal sealed record SubmissionBody
{
    public string? Model { get; init; }

    public string? Leaderboard { get; init; }
}
