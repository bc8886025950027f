using EvalMarket.Core;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Sessions;

namespace EvalMarket.Web.Api.Packages;

/// <summary>A multipart body with exactly one file, and fields that are known.</summary>
internal static class OneFileUpload
{
    private const string AntiforgeryField = "__RequestVerificationToken";

    /// <summary>Puts the file into the store as it arrives, and makes the job that takes it.</summary>
    /// <param name="fileField">Name of the part that is the file.</param>
    /// <param name="fields">Names of the other fields.</param>
    /// <param name="job">Its id: the file waits under it.</param>
    /// <param name="enqueue">Gets the upload and the fields.</param>
    public static async Task<Outcome<Job>> StageAsync(
        HttpContext http,
        string fileField,
        IReadOnlyList<string> fields,
        ImportStaging staging,
        JobId job,
        Func<JobId, StagedUpload, IReadOnlyDictionary<string, string>, Task<Outcome<Job>>> enqueue,
        CancellationToken cancellationToken)
    {
        var accepted = false;
        try
        {
            var form = new UploadForm(http);
            var outcome = await staging.AddAsync(job, "0", form.FilesAsync(cancellationToken), cancellationToken);
            if (!outcome.Succeeded(out var upload, out var failure))
            {
                return failure;
            }

            if (Check([.. form.Fields.Keys], form.FileParts, fileField, fields) is { } wrong)
            {
                return wrong;
            }

            var enqueued = await enqueue(job, upload, form.Fields);
            accepted = enqueued.Failure is null;
            return enqueued;
        }
        finally
        {
            if (!accepted)
            {
                await staging.DiscardAsync(job, CancellationToken.None);
            }
        }
    }

    /// <summary>What is wrong with the parts of the form; null when they are right.</summary>
    /// <param name="sent">Names of the fields.</param>
    /// <param name="files">Names of the parts that are files.</param>
    /// <param name="fileField">What the part that is the file is called.</param>
    /// <param name="fields">Fields that are known.</param>
    /// <param name="isOptional">Whether the file may be missing.</param>
    public static Invalid? Check(IReadOnlyCollection<string> sent, IReadOnlyCollection<string> files, string fileField, IReadOnlyList<string> fields, bool isOptional = false)
    {
        List<ContentError> errors = [.. sent.Where(name => name != AntiforgeryField && !fields.Contains(name)).Select(name => new ContentError(
            $"There is no such field. Known: {string.Join(", ", [fileField, .. fields])}.", $"/{name}"))];
        if (files.Count == 0 ? !isOptional : files.Count > 1 || files.First() != fileField)
        {
            errors.Add(new ContentError($"Send one file as a part named {fileField}.", $"/{fileField}"));
        }

        return errors.Count == 0 ? null : new Invalid("invalid_form", errors[0].Message, errors);
    }
}
