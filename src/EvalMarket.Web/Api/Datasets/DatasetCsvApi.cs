using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Csv;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>CSV files into a dataset (contract, section 4).</summary>
internal static class DatasetCsvApi
{
    public static void MapDatasetCsv(this IEndpointRouteBuilder api)
    {
        api.MapPost("/datasets/{dataset}/csv", PostAsync)
            .RequirePermission(Permission.Edit)
            .WithTags("Datasets")
            .WithQuery(new QueryParameter(CsvForm.DryRunField, "`true`: answers with what an import would do; nothing is written.", Values: ["true", "false"]))
            .WithCurl("-F file=@questions.csv")
            .WithSummary("Import a CSV file")
            .WithDescription("Multipart: `file`; `section_id` for rows that name no section; `history` = `column` or `auto`; `mapping`, JSON `{\"column\": \"input|output|history|id|section|ignore|context.topic|…\"}`; `on_error` = `refuse` or `skip`; `delimiter` = `comma`, `semicolon`, `tab` or `bar` and `encoding` = `utf-8`, `utf-16le`, `utf-16be` or `windows-1252` where they are not found right; `dry_run`. One change, all or nothing: `{created, updated, unchanged, ids, version, rejected, errors, …}`; with `skip` the rows with errors are left out and come back in `rejects` as CSV. Refused, the answer is 422 with every error and its line as a spreadsheet shows it. A dry run answers with encoding, delimiter, columns, first rows and all errors. A body over `Limits:SyncBytes`, or `Prefer: respond-async`, becomes a job.");
        api.MapGet("/jobs/{job}/rejects", GetRejectsAsync)
            .RequirePermission(Permission.Read)
            .WithTags("Jobs")
            .WithSummary("Rows that a CSV import left out")
            .WithDescription("As a CSV file whose first column says what is wrong; mended, it can be imported again. Kept as long as uploads are.");
    }

    private static async Task<IResult> PostAsync(
        HttpContext http, string dataset, DatasetDirectory datasets, CsvImport import, CsvImportJob jobs, ImportStaging staging, Limits limits, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var isDryRun = query.Flag(CsvForm.DryRunField) == true;
        if (query.Failed(out var wrong))
        {
            return wrong;
        }

        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !await datasets.ExistsAsync(id, cancellationToken))
        {
            return Problem.NotFound();
        }

        if (!http.Request.HasFormContentType)
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send multipart/form-data with a part named file.");
        }

        if (UploadedFiles.AreForAJob(http, limits) && !isDryRun)
        {
            var (job, problem) = await StageAsync(http, id, jobs, staging, cancellationToken);
            return job is null ? problem! : JobAnswer.Accepted(job);
        }

        var body = await http.Request.ReadFormAsync(cancellationToken);
        var fields = body.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
        var form = CsvForm.Read(fields, [.. body.Files.Select(file => file.Name)], out var refused);
        if (form is null)
        {
            return refused!;
        }

        var sent = body.Files[0];
        await using var content = sent.OpenReadStream();
        if (isDryRun || form.IsDryRun)
        {
            return (await import.PreviewAsync(id, content, form.Choices, null, cancellationToken)).Succeeded(out var preview, out var failed)
                ? new JsonAnswer(writer => writer.WriteRawValue(preview.ToJson()))
                : failed.ToProblem();
        }

        return (await import.ImportAsync(id, content, UploadForm.NameOf(sent.FileName), form.Choices, null, null, cancellationToken)).Succeeded(out var result, out var failure)
            ? new JsonAnswer(writer => writer.WriteRawValue(result.ToJson()))
            : failure.ToProblem();
    }

    private static async Task<(Job? Job, Problem? Refused)> StageAsync(HttpContext http, DatasetId dataset, CsvImportJob jobs, ImportStaging staging, CancellationToken cancellationToken)
    {
        var job = jobs.NewId();
        var accepted = false;
        try
        {
            var sent = new UploadForm(http);
            Outcome<StagedUpload> staged;
            try
            {
                staged = await staging.AddAsync(job, "0", sent.FilesAsync(cancellationToken), cancellationToken);
            }
            catch (InvalidDataException exception)
            {
                return (null, Problem.BadRequest("invalid_multipart", exception.Message));
            }

            if (!staged.Succeeded(out var upload, out var failure))
            {
                return (null, failure.ToProblem());
            }

            if (CsvForm.Read(sent.Fields, sent.FileParts, out var refused) is not { } form)
            {
                return (null, refused);
            }

            var enqueued = await jobs.EnqueueAsync(job, new CsvOrder(dataset, upload.Files[0].Name, form.Choices), upload, cancellationToken);
            accepted = true;
            return (enqueued, null);
        }
        finally
        {
            if (!accepted)
            {
                await staging.DiscardAsync(job, CancellationToken.None);
            }
        }
    }

    private static async Task<IResult> GetRejectsAsync(string job, JobQueue queue, CsvImportJob imports, CancellationToken cancellationToken) =>
        TypeId.TryParse<JobId>(job, out var id) && await queue.FindAsync(id, cancellationToken) is not null
            && await imports.OpenRejectsAsync(id, cancellationToken) is { } file
            ? TypedResults.File(file, "text/csv; charset=utf-8", "rejects.csv")
            : Problem.NotFound();
}
