using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Uploads;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Looks through the files of an upload: everything that is wrong with them, and everything that is only remarkable.</summary>
public sealed class BundleChecks(Tenant tenant, IBlobStore blobs, Vault vault, IOptions<Limits> limits)
{
    public async Task<BundleReport> CheckAsync(BundleDraft draft, CancellationToken cancellationToken)
    {
        var workspace = tenant.Required;
        var tasks = await FileAsync(BundleTasks.FileName, BundleFiles.TasksOf(workspace, draft.Bundle, draft.Upload), cancellationToken);
        var reference = await FileAsync(ReferenceArchive.FileName, BundleFiles.ReferenceOf(workspace, draft.Bundle, draft.Upload), cancellationToken);
        var key = await vault.OpenForCheckAsync(workspace, draft.Bundle, draft.Upload, tenant.Actor.Name, cancellationToken);
        return tasks is null || key is null
            ? Missing(tasks is not null, key is not null)
            : await BundleCheck.CheckAsync(tasks, key, reference, Bounds, cancellationToken);
    }

    /// <summary>What a report with errors becomes for whoever sent the files.</summary>
    internal static Invalid Refused(BundleReport report) =>
        new("invalid_bundle", report.ErrorCount == 1 ? report.Errors[0].Message : $"{report.ErrorCount:N0} errors in the bundle. Nothing was kept.", report.Errors);

    internal static string MimeTypeOf(ReferenceFile file) => file.Kind.MediaType();

    private BundleBounds Bounds => new()
    {
        Tasks = limits.Value.BundleTasks,
        Uploads = new UploadBounds { Entries = limits.Value.UploadFiles, Bytes = limits.Value.UnpackedBytes, Ratio = limits.Value.UnpackedRatio },
    };

    private async Task<UploadedFile?> FileAsync(string name, BlobPath path, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenReadAsync(path, cancellationToken);
        return content is null
            ? null
            : new UploadedFile(name, content.Length, async token => await blobs.OpenReadAsync(path, token) ?? throw new StorageException(StorageFailure.Missing, $"{name} is not in the store any more. Upload it again."));
    }

    private static BundleReport Missing(bool hasTasks, bool hasKey)
    {
        List<ContentError> errors = [];
        if (!hasTasks)
            errors.Add(new ContentError("tasks.json is missing: a bundle needs it.", "", File: BundleTasks.FileName));
        if (!hasKey)
            errors.Add(new ContentError("answers.json is missing: a bundle needs it.", "", File: BundleAnswers.FileName));
        return new BundleReport { Errors = errors, ErrorCount = errors.Count, Warnings = [], WarningCount = 0 };
    }
}
