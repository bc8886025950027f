using EvalMarket.Core;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Formats;
using EvalMarket.Formats.Transcripts;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>The transcripts in a multipart body, as the API takes them.</summary>
internal static class UploadedFiles
{
    public const string FileField = "file";

    public const string FormatField = "format";

    public const string DryRunField = "dry_run";

    /// <summary>Too large to be read within the request, or the caller does not want to wait.</summary>
    public static bool AreForAJob(HttpContext http, Limits limits) =>
        http.Request.ContentLength > limits.SyncBytes || http.Request.PrefersAsync();

    /// <summary>Puts the files into the store as they arrive, and makes the job that imports them or only looks.</summary>
    /// <param name="isDryRun">As the address says.</param>
    public static async Task<(Job? Job, Problem? Refused)> StageAsync(
        HttpContext http, bool isDryRun, ImportStaging staging, SessionImportJob imports, ImportCheckJob checks, CancellationToken cancellationToken)
    {
        var job = imports.NewId();
        var accepted = false;
        try
        {
            var form = new UploadForm(http);
            Outcome<StagedUpload> staged;
            try
            {
                staged = await staging.AddAsync(job, "0", form.FilesAsync(cancellationToken), cancellationToken);
            }
            catch (InvalidDataException exception)
            {
                return (null, Problem.BadRequest("invalid_multipart", exception.Message));
            }

            if (!staged.Succeeded(out var upload, out var failure))
            {
                return (null, failure.ToProblem());
            }

            if (Check(form.Fields, form.FileParts) is { } refused)
            {
                return (null, refused);
            }

            var order = new ImportOrder(SessionUploadKind.Transcript, form.Fields.GetValueOrDefault(FormatField));
            var enqueued = isDryRun || IsDryRun(form.Fields)
                ? await checks.EnqueueAsync(job, order, upload, cancellationToken)
                : await imports.EnqueueAsync(job, order, upload, cancellationToken);
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

    public static bool IsDryRun(IReadOnlyDictionary<string, string> fields) => fields.GetValueOrDefault(DryRunField) == "true";

    public static Problem? Check(IReadOnlyDictionary<string, string> fields, IReadOnlyCollection<string> files)
    {
        List<ContentError> errors = [];
        foreach (var unknown in fields.Keys.Where(key => key is not (FormatField or DryRunField or "__RequestVerificationToken")))
        {
            errors.Add(new ContentError($"There is no such field. Known: {FileField}, {FormatField}, {DryRunField}.", $"/{unknown}"));
        }

        if (files.Count == 0 || files.Any(name => name != FileField))
        {
            errors.Add(new ContentError($"Send one or more files as parts named {FileField}.", $"/{FileField}"));
        }

        if (fields.TryGetValue(FormatField, out var format) && TranscriptReaders.Find(format) is null)
        {
            errors.Add(new ContentError($"Must be one of {string.Join(", ", TranscriptReaders.All.Select(reader => reader.Format))}.", $"/{FormatField}"));
        }

        if (fields.TryGetValue(DryRunField, out var dryRun) && dryRun is not ("true" or "false"))
        {
            errors.Add(new ContentError("Must be true or false.", $"/{DryRunField}"));
        }

        return errors.Count == 0 ? null : new Invalid("invalid_form", errors[0].Message, errors).ToProblem();
    }
}
