using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Core;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Transcripts;
using EvalMarket.Web.Infrastructure.Problems;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>Transcript files in a multipart body, as the API and the import page take them.</summary>
internal static class UploadedFiles
{
    public const string FileField = "file";

    public const string FormatField = "format";

    /// <summary>Too large to be read within the request, or the caller does not want to wait.</summary>
    public static bool AreForAJob(HttpContext http, Limits limits) =>
        http.Request.ContentLength > limits.SyncBytes || http.Request.PrefersAsync();

    /// <summary>Puts the files into the store as they arrive; nothing of them is held in memory.</summary>
    public static async Task<(Job? Job, Problem? Refused)> StageAsync(HttpContext http, Tenant tenant, SessionImportJob jobs, Limits limits, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(http.Request.ContentType).Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
        {
            return (null, Problem.BadRequest("invalid_multipart", "The multipart body has no boundary."));
        }

        var job = jobs.NewId();
        var staged = new List<StagedUpload>();
        var accepted = false;
        try
        {
            var reader = new MultipartReader(boundary, http.Request.Body) { HeadersCountLimit = 16 };
            var keys = new List<string>();
            var names = new List<string>();
            string? format = null;
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (section.AsFileSection() is { FileStream: { } content } file)
                {
                    if (staged.Count == limits.UploadFiles)
                    {
                        return (null, new TooLarge("upload_files", limits.UploadFiles, null).ToProblem());
                    }

                    names.Add(file.Name);
                    staged.Add(await jobs.StageAsync(
                        tenant.Required, job, staged.Count, new SessionUpload(SessionUploadKind.Transcript, file.FileName, null), content, cancellationToken));
                }
                else if (section.AsFormDataSection() is { } field)
                {
                    keys.Add(field.Name);
                    format = await field.GetValueAsync(cancellationToken);
                }
            }

            if (Check(keys, format, names) is { } refused)
            {
                return (null, refused);
            }

            var uploads = staged.ConvertAll(upload => upload with { Upload = upload.Upload with { Format = format } });
            var enqueued = await jobs.EnqueueAsync(job, uploads, cancellationToken);
            accepted = true;
            return (enqueued, null);
        }
        finally
        {
            if (!accepted)
            {
                await jobs.DiscardAsync(staged);
            }
        }
    }

    public static Problem? Check(IEnumerable<string> keys, string? format, IEnumerable<string> files)
    {
        List<ContentError> errors = [];
        foreach (var unknown in keys.Where(key => key is not (FormatField or "__RequestVerificationToken")))
        {
            errors.Add(new ContentError($"There is no such field. Known: {FileField}, {FormatField}.", $"/{unknown}"));
        }

        var names = files.ToList();
        if (names.Count == 0 || names.Exists(name => name != FileField))
        {
            errors.Add(new ContentError($"Send one or more files as parts named {FileField}.", $"/{FileField}"));
        }

        if (format is not null && TranscriptReaders.Find(format) is null)
        {
            errors.Add(new ContentError($"Must be one of {string.Join(", ", TranscriptReaders.All.Select(reader => reader.Format))}.", $"/{FormatField}"));
        }

        return errors.Count == 0 ? null : new Invalid("invalid_form", errors[0].Message, errors).ToProblem();
    }
}
