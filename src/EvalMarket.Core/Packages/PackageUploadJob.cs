using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Storage;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Runs;

namespace EvalMarket.Core.Packages;

/// <summary>Uploads a package as a job, from the file that waits in the store.</summary>
public sealed class PackageUploadJob(JobQueue queue, ImportStaging staging, PackageUploads uploads, IPackageAnswers answers, IBlobStore blobs) : IJobHandler
{
    public const string JobKind = "package_upload";

    string IJobHandler.Kind => JobKind;

    public Task<Job> EnqueueAsync(JobId job, StagedUpload upload, CancellationToken cancellationToken) => queue.EnqueueAsync(
        job, JobKind, $"Upload of {Sessions.SessionIndexing.OneLine(upload.Files[0].Name, 100)}", "{}", null, cancellationToken);

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        if (run.Checkpoint is { } saved)
        {
            return await EndAsync(run, JsonSerializer.Deserialize(saved, PackageUploadJson.Default.PackageUploadResult)!, cancellationToken);
        }

        var upload = await staging.ReadAsync(run.Id, cancellationToken);
        var file = upload.Files[0];
        await using var content = await blobs.OpenReadAsync(file.Path, cancellationToken)
            ?? throw new StorageException(StorageFailure.Missing, "The uploaded file is not in the store any more. Upload it again.");
        var outcome = await uploads.UploadAsync(
            content,
            file.Name,
            (done, token) => run.ReportAsync(done, null, token),
            (result, token) => run.SaveAsync(0, null, JsonSerializer.Serialize(result, PackageUploadJson.Default.PackageUploadResult), token),
            cancellationToken);
        if (outcome.Succeeded(out var uploaded, out var failure))
        {
            return await EndAsync(run, uploaded, cancellationToken);
        }

        await staging.DiscardAsync(run.Id, cancellationToken);
        return new JobEnd(null, failure);
    }

    private async Task<JobEnd> EndAsync(JobRun run, PackageUploadResult result, CancellationToken cancellationToken)
    {
        await staging.DiscardAsync(run.Id, cancellationToken);
        return new JobEnd(await answers.WriteAsync(result, cancellationToken));
    }
}

/// <summary>The body that answers an upload: the API's, which is the same for a request and for a job.</summary>
public interface IPackageAnswers
{
    /// <summary>JSON: the dataset as <c>GET /api/datasets/{id}</c> shows it, and what the uploader should know.</summary>
    Task<string> WriteAsync(PackageUploadResult result, CancellationToken cancellationToken);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PackageUploadResult))]
[JsonSerializable(typeof(ContentError))]
[JsonSerializable(typeof(RemovedSecret))]
internal sealed partial class PackageUploadJson : JsonSerializerContext;
