using EvalMarket.Core;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Transcripts;
using EvalMarket.Formats.Uploads;
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

    private static readonly QueryParameter DryRun = new(
        UploadedFiles.DryRunField, "`true`: looks through the files and answers with what an import would bring; nothing is written.", Values: ["true", "false"]);

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
            .WithQuery(DryRun)
            .WithCurl("-F file=@session.jsonl")
            .WithSummary("Import transcripts")
            .WithDescription($"Multipart with one or more `file` parts, read as one set: files of any tool, archives, whole folders (a part's file name may have folders in it: `project/session.jsonl`). `format` ({string.Join(", ", TranscriptReaders.All.Select(reader => reader.Format))}) is detected from the content when it is absent. The answer is that of `POST /api/sessions`, errors with `file` and `line`. With `dry_run=true`, as a field or in the address, nothing is written and the answer says what was found.");
    }

    private static async Task<IResult> PostAsync(
        HttpContext http, SessionImport import, SessionImportJob jobs, ImportStaging staging, Limits limits, CancellationToken cancellationToken)
    {
        var isLines = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) && type.MediaType.Equals(JsonLines, StringComparison.OrdinalIgnoreCase);
        if (!isLines && !http.Request.HasJsonContentType())
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"Send application/json or {JsonLines}.");
        }

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
            var files = new[] { new IncomingFile("", sent) }.ToAsyncEnumerable();
            if (!(await staging.AddAsync(job, "0", files, cancellationToken)).Succeeded(out var upload, out var failure))
            {
                return failure.ToProblem();
            }

            var order = new ImportOrder(isLines ? SessionUploadKind.JsonLines : SessionUploadKind.Json, null);
            return JobAnswer.Accepted(await jobs.EnqueueAsync(job, order, upload, cancellationToken));
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
        HttpContext http,
        SessionImport import,
        ImportCheck check,
        SessionImportJob imports,
        ImportCheckJob checks,
        ImportStaging staging,
        Limits limits,
        CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var isDryRun = query.Flag(UploadedFiles.DryRunField) == true;
        if (query.Failed(out var wrong))
        {
            return wrong;
        }

        if (!http.Request.HasFormContentType)
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"Send multipart/form-data with one or more parts named {UploadedFiles.FileField}.");
        }

        if (UploadedFiles.AreForAJob(http, limits))
        {
            var (job, problem) = await UploadedFiles.StageAsync(http, isDryRun, staging, imports, checks, cancellationToken);
            return job is null ? problem! : JobAnswer.Accepted(job);
        }

        var form = await http.Request.ReadFormAsync(cancellationToken);
        var fields = form.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
        if (UploadedFiles.Check(fields, [.. form.Files.Select(file => file.Name)]) is { } refused)
        {
            return refused;
        }

        var format = fields.GetValueOrDefault(UploadedFiles.FormatField);
        List<UploadedFile> files = [.. form.Files.Select(file => new UploadedFile(UploadForm.NameOf(file.FileName), file.Length, _ => ValueTask.FromResult(file.OpenReadStream())))];
        if (isDryRun || UploadedFiles.IsDryRun(fields))
        {
            var preview = await check.CheckAsync(files, format, cancellationToken);
            return new JsonAnswer(writer => writer.WriteRawValue(preview.ToJson()));
        }

        return await AnswerAsync(import.ImportAsync(files, format, cancellationToken));
    }

    private static async Task<IResult> AnswerAsync(Task<Outcome<SessionImportResult>> importing) =>
        (await importing).Succeeded(out var result, out var failure) ? Answer(result) : failure.ToProblem();

    private static IResult Answer(SessionImportResult result) =>
        result.NothingUsable() is { } nothing ? nothing.ToProblem() : new JsonAnswer(writer => writer.WriteRawValue(result.ToJson()));
}
