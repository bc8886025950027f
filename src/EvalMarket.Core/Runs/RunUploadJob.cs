using System.Text.Json;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Runs;

/// <summary>Takes in, as a job, a run whose results wait in the store.</summary>
public sealed class RunUploadJob(JobQueue queue, ImportStaging staging, RunUploads uploads, IRunAnswers answers, IBlobStore blobs) : IJobHandler
{
    public const string JobKind = "run_upload";

    string IJobHandler.Kind => JobKind;

    /// <summary>The order is kept without secrets: they were taken out before.</summary>
    public Task<Job> EnqueueAsync(JobId job, RunOrder order, StagedUpload upload, CancellationToken cancellationToken) => queue.EnqueueAsync(
        job, JobKind, $"Upload of the run {Sessions.SessionIndexing.OneLine(order.Name, 100)}", JsonSerializer.Serialize(order, RunJson.Default.RunOrder), upload.Bytes, cancellationToken);

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        if (run.Checkpoint is { } saved)
        {
            await staging.DiscardAsync(run.Id, cancellationToken);
            return new JobEnd(await answers.WriteAsync(new RunId(saved.Trim('"')), cancellationToken));
        }

        var upload = await staging.ReadAsync(run.Id, cancellationToken);
        var order = JsonSerializer.Deserialize(run.Payload, RunJson.Default.RunOrder)!;
        await using var content = await blobs.OpenReadAsync(upload.Files[0].Path, cancellationToken)
            ?? throw new StorageException(StorageFailure.Missing, "The uploaded file is not in the store any more. Upload it again.");
        var outcome = await uploads.UploadAsync(
            order, content, (document, token) => run.SaveAsync(upload.Bytes, upload.Bytes, JsonSerializer.Serialize(document.Id.Value), token), cancellationToken);
        await staging.DiscardAsync(run.Id, cancellationToken);
        return outcome.Succeeded(out var made, out var failure) ? new JobEnd(await answers.WriteAsync(made.Id, cancellationToken)) : new JobEnd(null, failure);
    }
}

/// <summary>The body that answers an upload: the API's, which is the same for a request and for a job.</summary>
public interface IRunAnswers
{
    /// <summary>JSON: the run as <c>GET /api/runs/{id}</c> shows it.</summary>
    Task<string> WriteAsync(RunId run, CancellationToken cancellationToken);
}
