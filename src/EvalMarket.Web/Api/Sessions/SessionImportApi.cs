using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Transcripts;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>The ways in for sessions (contract, section 3): the API's own JSON, and transcripts of tools.</summary>
internal static class SessionImportApi
{
    private const string JsonLines = "application/x-ndjson";

    public static void MapSessionImport(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Sessions");
        sessions.MapPost("", PostAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"external_id\":\"demo-1\",\"title\":\"A first session\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"},{\"role\":\"assistant\",\"content\":\"Hi!\"}]}'")
            .WithSummary("Send sessions")
            .WithDescription("One session, `{\"sessions\": […]}`, or one session a line with `Content-Type: application/x-ndjson`. Upserts by `external_id`: `{created, updated, unchanged, ids, errors}`. Good sessions land, bad ones are listed in `errors`; when none is good the answer is 422. A body over `Limits:SyncBytes`, or `Prefer: respond-async`, becomes a job: 202 with `Location`.");
        sessions.MapPost("/import", ImportAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("-F file=@session.jsonl")
            .WithSummary("Import transcripts")
            .WithDescription($"Multipart with one or more `file` parts; `format` ({string.Join(", ", TranscriptReaders.All.Select(reader => reader.Format))}) is detected from the content when it is absent. The answer is that of `POST /api/sessions`, errors with `file` and `line`.");
    }

    private static async Task<IResult> PostAsync(
        HttpContext http, Tenant tenant, SessionImport import, SessionImportJob jobs, Limits limits, CancellationToken cancellationToken)
    {
        var isLines = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) && type.MediaType.Equals(JsonLines, StringComparison.OrdinalIgnoreCase);
        if (!isLines && !http.Request.HasJsonContentType())
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"Send application/json or {JsonLines}.");
        }

        var upload = new SessionUpload(isLines ? SessionUploadKind.JsonLines : SessionUploadKind.Json, null, null);
        var sent = http.Request.Body;
        var isForAJob = UploadedFiles.AreForAJob(http, limits);
        if (!isForAJob && http.Request.ContentLength is null)
        {
            // How long a body is that does not say so is known when that much of it has been read.
            var head = await HeadStream.ReadAsync(sent, (int)Math.Min(limits.SyncBytes, int.MaxValue - 1), cancellationToken);
            (sent, isForAJob) = (head, !head.IsWhole);
        }

        if (isForAJob)
        {
            var job = jobs.NewId();
            var staged = await jobs.StageAsync(tenant.Required, job, 0, upload, sent, cancellationToken);
            return JobAnswer.Accepted(await jobs.EnqueueAsync(job, [staged], cancellationToken));
        }

        if (isLines)
        {
            return await AnswerAsync(import.ImportAsync(
                SessionBodies.ReadLinesAsync(sent, limits.LineBytes, cancellationToken), new SessionImportResult(), null, null, cancellationToken));
        }

        using var body = new MemoryStream();
        await sent.CopyToAsync(body, cancellationToken);
        var records = SessionBodies.ReadDocument(body.GetBuffer().AsMemory(0, (int)body.Length));
        return await AnswerAsync(import.ImportAsync(records.ToAsyncEnumerable(), new SessionImportResult(), null, null, cancellationToken));
    }

    private static async Task<IResult> ImportAsync(
        HttpContext http, Tenant tenant, SessionImport import, SessionImportJob jobs, Limits limits, CancellationToken cancellationToken)
    {
        if (!http.Request.HasFormContentType)
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"Send multipart/form-data with one or more parts named {UploadedFiles.FileField}.");
        }

        if (UploadedFiles.AreForAJob(http, limits))
        {
            var (job, problem) = await UploadedFiles.StageAsync(http, tenant, jobs, limits, cancellationToken);
            return job is null ? problem! : JobAnswer.Accepted(job);
        }

        var form = await http.Request.ReadFormAsync(cancellationToken);
        if (UploadedFiles.Check(form.Keys, form[UploadedFiles.FormatField].FirstOrDefault(), form.Files.Select(file => file.Name)) is { } refused)
        {
            return refused;
        }

        var result = new SessionImportResult();
        foreach (var file in form.Files)
        {
            await using var content = file.OpenReadStream();
            var upload = new SessionUpload(SessionUploadKind.Transcript, file.FileName, form[UploadedFiles.FormatField].FirstOrDefault());
            var outcome = await import.ImportAsync(upload.ReadAsync(content, file.Length, limits, cancellationToken), result, file.FileName, null, cancellationToken);
            if (!outcome.Succeeded(out var imported, out var failure))
            {
                return failure.ToProblem();
            }

            result = imported;
        }

        return Answer(result);
    }

    private static async Task<IResult> AnswerAsync(Task<Outcome<SessionImportResult>> importing) =>
        (await importing).Succeeded(out var result, out var failure) ? Answer(result) : failure.ToProblem();

    private static IResult Answer(SessionImportResult result) =>
        result.NothingUsable() is { } nothing ? nothing.ToProblem() : new JsonAnswer(writer => writer.WriteRawValue(result.ToJson()));
}
