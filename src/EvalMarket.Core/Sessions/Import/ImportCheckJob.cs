using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>
/// Looks through files that wait in the store: for a draft, whose folder gets <c>preview.json</c> and <c>errors.jsonl</c>, or for a dry run of the API, whose files
/// go when it is over. Begins anew when it is started again: it writes nothing that could be there twice.
/// </summary>
public sealed class ImportCheckJob(JobQueue queue, ImportStaging staging, IBlobStore blobs, ImportCheck check, IOptions<Limits> limits, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "session_import_check";

    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(500);

    string IJobHandler.Kind => JobKind;

    public JobId NewId() => JobQueue.NewId(clock);

    public Task<Job> EnqueueAsync(JobId job, ImportOrder order, StagedUpload upload, CancellationToken cancellationToken) => queue.EnqueueAsync(
        job, JobKind, SessionImportJob.TitleOf("Check", upload), JsonSerializer.Serialize(order, SessionImportJson.Default.ImportOrder), upload.Bytes, cancellationToken);

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var order = JsonSerializer.Deserialize(run.Payload, SessionImportJson.Default.ImportOrder)!;
        var upload = await staging.ReadAsync(order.Upload ?? run.Id, cancellationToken);
        var meter = new ReadMeter();
        var reported = clock.GetTimestamp();
        async ValueTask ReportAsync(CancellationToken token)
        {
            if (clock.GetElapsedTime(reported) >= BetweenReports)
            {
                reported = clock.GetTimestamp();
                await run.ReportAsync(Math.Min(meter.Done, upload.Bytes), upload.Bytes, token);
            }
        }

        if (order.Upload is { } draft)
        {
            await LookAsync(draft, upload, meter, ReportAsync, cancellationToken);
            await run.ReportAsync(upload.Bytes, upload.Bytes, cancellationToken);
            return new JobEnd(null);
        }

        var sources = ImportSources.MeteredAsync(ImportSources.FindAsync(order, upload, staging, limits.Value, meter, cancellationToken), meter, cancellationToken);
        var preview = await check.CheckAsync(sources, upload.Files.Count, upload.Bytes, null, ReportAsync, cancellationToken);
        await run.ReportAsync(upload.Bytes, upload.Bytes, cancellationToken);
        await staging.DiscardAsync(run.Id, cancellationToken);
        return new JobEnd(preview.ToJson());
    }

    /// <summary>The draft whose files the job looks through; null for a dry run of the API.</summary>
    public static JobId? DraftOf(Job job) => JsonSerializer.Deserialize(job.Payload, SessionImportJson.Default.ImportOrder)?.Upload;

    /// <summary>Where all errors of a draft are.</summary>
    internal static BlobPath ErrorsOf(BlobPath folder) => folder / "errors.jsonl";

    /// <summary>Looks through the files of a draft within a request. Null when that takes too long; nothing is left then.</summary>
    internal async Task<ImportPreview?> TryLookAsync(JobId draft, StagedUpload upload, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            return await LookAsync(draft, upload, new ReadMeter(), null, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<ImportPreview> LookAsync(JobId draft, StagedUpload upload, ReadMeter meter, Func<CancellationToken, ValueTask>? onRecord, CancellationToken cancellationToken)
    {
        var folder = staging.FolderOf(draft);
        var order = new ImportOrder(SessionUploadKind.Transcript, null);
        var sources = ImportSources.MeteredAsync(ImportSources.FindAsync(order, upload, staging, limits.Value, meter, cancellationToken), meter, cancellationToken);

        // All errors go to a file as they are found: there may be a million.
        var pipe = new Pipe();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = blobs.PutAsync(ErrorsOf(folder), pipe.Reader.AsStream(), null, stopping.Token);
        ImportPreview preview;
        try
        {
            preview = await check.CheckAsync(
                sources,
                upload.Files.Count,
                upload.Bytes,
                async (error, token) =>
                {
                    pipe.Writer.Write(JsonSerializer.SerializeToUtf8Bytes(error, SessionImportJson.Default.ContentError));
                    pipe.Writer.Write("\n"u8);
                    // When the store has failed nobody reads on; its own exception tells why.
                    if ((await pipe.Writer.FlushAsync(token)).IsCompleted)
                    {
                        await writing;
                    }
                },
                onRecord,
                cancellationToken);
            await pipe.Writer.CompleteAsync();
            await writing;
        }
        catch (Exception exception)
        {
            await stopping.CancelAsync();
            await pipe.Writer.CompleteAsync(exception);
            await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        var found = JsonSerializer.SerializeToUtf8Bytes(new DraftPreview(upload.Fingerprint, preview), SessionImportJson.Default.DraftPreview);
        await blobs.PutAsync([new BlobContent(folder / "preview.json", found)], cancellationToken);
        return preview;
    }
}
