using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Transcripts;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Jobs;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>
/// Transcripts from files: one by one with scripts, several in one form without. A file that is too large for a request is kept and
/// imported as a job.
/// </summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
[UnreadForm]
internal sealed class ImportModel(SessionImport import, SessionImportJob jobs, AccountLinks links, Tenant tenant, Limits limits) : PageModel
{
    public string Workspace => tenant.Required;

    public long MaxBytes => limits.UploadBytes;

    /// <summary>What became of the files of a form that was sent without scripts.</summary>
    public IReadOnlyList<ImportedFile> Files { get; private set; } = [];

    public string? Refusal { get; private set; }

    public string Curl => $"curl -H \"Authorization: Bearer $EVALMARKET_KEY\" \\\n  -F file=@session.jsonl {links.To("/api/sessions/import")}";

    public static IReadOnlyList<ITranscriptReader> Formats => TranscriptReaders.All;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!Request.HasFormContentType)
        {
            return BadRequest();
        }

        var isFragment = Request.Headers.ContainsKey("HX-Request");
        if (UploadedFiles.AreForAJob(HttpContext, limits) && isFragment)
        {
            var (job, refused) = await UploadedFiles.StageAsync(HttpContext, tenant, jobs, limits, cancellationToken);
            if (job is null)
            {
                Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
                return Partial("/Pages/Sessions/_ImportedFile.cshtml", ImportedFile.Refused(Workspace, "upload", refused?.Detail ?? "The file could not be read."));
            }

            Response.StatusCode = StatusCodes.Status202Accepted;
            return Partial("/Pages/Sessions/_ImportJob.cshtml", new JobView(job, Workspace, MayCancel: true));
        }

        var form = await Request.ReadFormAsync(cancellationToken);
        var format = form[UploadedFiles.FormatField].ToString() is { Length: > 0 } named ? named : null;
        if (form.Files.Count == 0 || (format is not null && TranscriptReaders.Find(format) is null))
        {
            return Refuse(isFragment, "Choose one or more files first.");
        }

        var files = new List<ImportedFile>(form.Files.Count);
        foreach (var file in form.Files)
        {
            files.Add(await ImportAsync(file, format, cancellationToken));
        }

        if (isFragment)
        {
            Response.StatusCode = files[0].IsRefused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK;
            return Partial("/Pages/Sessions/_ImportedFile.cshtml", files[0]);
        }

        Files = files;
        return Page();
    }

    private async Task<ImportedFile> ImportAsync(IFormFile file, string? format, CancellationToken cancellationToken)
    {
        await using var content = file.OpenReadStream();
        var upload = new SessionUpload(SessionUploadKind.Transcript, file.FileName, format);
        var outcome = await import.ImportAsync(upload.ReadAsync(content, limits, cancellationToken), new SessionImportResult(), file.FileName, null, cancellationToken);
        return outcome.Succeeded(out var result, out var failure)
            ? new ImportedFile(Workspace, file.FileName, upload.Detected ?? TranscriptReaders.Find(format ?? "")?.DisplayName, result, null)
            : ImportedFile.Refused(Workspace, file.FileName, failure.Message);
    }

    private IActionResult Refuse(bool isFragment, string message)
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        if (isFragment)
        {
            return Partial("/Pages/Sessions/_ImportedFile.cshtml", ImportedFile.Refused(Workspace, "upload", message));
        }

        Refusal = message;
        return Page();
    }
}

/// <summary>What became of one file.</summary>
/// <param name="Detected">Which format, and why.</param>
/// <param name="Failure">Why nothing of it could be taken.</param>
internal sealed record ImportedFile(string Workspace, string Name, string? Detected, SessionImportResult? Result, string? Failure)
{
    public bool IsRefused => Failure is not null || Result?.NothingUsable() is not null;

    public IReadOnlyList<ContentError> Errors => Result?.Errors ?? [];

    public static ImportedFile Refused(string workspace, string name, string failure) => new(workspace, name, null, null, failure);

    public string Words => Failure ?? Result!.NothingUsable()?.Message ?? ImportReport.Words(Result);
}
