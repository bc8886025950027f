using System.Text.Json;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Csv;

/// <summary>
/// Imports, as a job, a CSV file that is too large for a request or was looked at before. Its change of the dataset and its end are one transaction:
/// started again, it has either happened or begins anew.
/// </summary>
public sealed class CsvImportJob(JobQueue queue, ImportStaging staging, IBlobStore blobs, CsvImport import, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "csv_import";

    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(500);

    string IJobHandler.Kind => JobKind;

    /// <summary>The file is staged under it before there is a job.</summary>
    public JobId NewId() => JobQueue.NewId(clock);

    public Task<Job> EnqueueAsync(JobId job, CsvOrder order, StagedUpload upload, CancellationToken cancellationToken) => queue.EnqueueAsync(
        job, JobKind, SessionImportJob.TitleOf("Import", upload), JsonSerializer.Serialize(order, CsvImportJson.Default.CsvOrder), upload.Bytes, cancellationToken);

    /// <summary>The dataset that a job of this kind imports into.</summary>
    public static DatasetId? DatasetOf(Job job) => job.Kind == JobKind ? JsonSerializer.Deserialize(job.Payload, CsvImportJson.Default.CsvOrder)?.Dataset : null;

    /// <summary>The rows that a job left out, as a CSV file; null when there are none, or they are not kept any more.</summary>
    public ValueTask<Stream?> OpenRejectsAsync(JobId job, CancellationToken cancellationToken) => blobs.OpenReadAsync(RejectsOf(job), cancellationToken);

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        if (run.Checkpoint is { } done)
        {
            return await EndAsync(run, done, cancellationToken);
        }

        var order = JsonSerializer.Deserialize(run.Payload, CsvImportJson.Default.CsvOrder)!;
        var upload = await staging.ReadAsync(run.Id, cancellationToken);
        if (upload.Files is not [var file])
        {
            return new JobEnd(null, new Conflict("files_changed", "The uploaded file is not there any more. Upload it again."));
        }

        var meter = new ReadMeter();
        meter.Begin(file.Bytes);
        var reported = clock.GetTimestamp();
        await using var content = meter.Measure(await staging.OpenAsync(file, cancellationToken));
        var outcome = await import.ImportAsync(
            order.Dataset,
            content,
            order.FileName,
            order.Choices,
            async token =>
            {
                if (clock.GetElapsedTime(reported) >= BetweenReports)
                {
                    reported = clock.GetTimestamp();
                    await run.ReportAsync(meter.Done, file.Bytes, token);
                }
            },
            async (result, rejects, token) =>
            {
                if (rejects is { } bytes)
                {
                    await blobs.PutAsync([new BlobContent(RejectsOf(run.Id), bytes)], token);
                    result = result with { RejectsPath = $"/api/jobs/{run.Id}/rejects" };
                }

                await run.SaveAsync(file.Bytes, file.Bytes, result.ToJson(), token);
            },
            cancellationToken);
        return outcome.Succeeded(out var imported, out var failure)
            ? await EndAsync(run, (imported.Rejected > 0 ? imported with { RejectsPath = $"/api/jobs/{run.Id}/rejects" } : imported).ToJson(), cancellationToken)
            : new JobEnd(null, failure);
    }

    private async Task<JobEnd> EndAsync(JobRun run, string result, CancellationToken cancellationToken)
    {
        var upload = await staging.ReadAsync(run.Id, cancellationToken);
        // What was rejected stays for a while.
        await blobs.DeleteAsync([.. upload.Files.Select(file => file.Path)], cancellationToken);
        return new JobEnd(result);
    }

    private BlobPath RejectsOf(JobId job) => staging.FolderOf(job) / "rejects.csv";
}
