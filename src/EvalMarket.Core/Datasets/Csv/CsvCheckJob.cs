using System.Text.Json;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Csv;

/// <summary>
/// Looks through a CSV file that is too long for a request, to its last row: its draft's folder gets <c>preview.json</c> and <c>preview-rejects.csv</c>. Begins anew
/// when it is started again; it changes nothing else.
/// </summary>
public sealed class CsvCheckJob(JobQueue queue, ImportStaging staging, IBlobStore blobs, CsvImport import, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "csv_check";

    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(500);

    string IJobHandler.Kind => JobKind;

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var order = JsonSerializer.Deserialize(run.Payload, CsvImportJson.Default.CsvCheckOrder)!;
        if ((await staging.ReadAsync(order.Draft, cancellationToken)).Files is not [var file])
        {
            return new JobEnd(null, new Conflict("files_changed", "The uploaded file is not there any more. Upload it again."));
        }

        var meter = new ReadMeter();
        meter.Begin(file.Bytes);
        var reported = clock.GetTimestamp();
        await using var content = meter.Measure(await staging.OpenAsync(file, cancellationToken));
        var outcome = await import.LookAsync(
            order.Dataset,
            content,
            order.Choices,
            null,
            async token =>
            {
                if (clock.GetElapsedTime(reported) >= BetweenReports)
                {
                    reported = clock.GetTimestamp();
                    await run.ReportAsync(meter.Done, file.Bytes, token);
                }
            },
            cancellationToken);
        if (!outcome.Succeeded(out var look, out var failure))
        {
            return new JobEnd(null, failure);
        }

        // The rows first: what the preview offers is there.
        if (look.Rejects is { } rejects)
        {
            await blobs.PutAsync([new BlobContent(RejectsOf(order.Draft), rejects)], cancellationToken);
        }

        var found = JsonSerializer.SerializeToUtf8Bytes(new CsvWholePreview(order.Choices, look.Preview, look.Rejects is not null), CsvImportJson.Default.CsvWholePreview);
        await blobs.PutAsync([new BlobContent(PreviewOf(order.Draft), found)], cancellationToken);
        await run.ReportAsync(file.Bytes, file.Bytes, cancellationToken);
        return new JobEnd(null);
    }

    /// <summary>The draft whose file a job of this kind looks through.</summary>
    public static (DatasetId Dataset, JobId Draft)? DraftOf(Job job) =>
        job.Kind == JobKind && JsonSerializer.Deserialize(job.Payload, CsvImportJson.Default.CsvCheckOrder) is { } order ? (order.Dataset, order.Draft) : null;

    /// <summary>The look through a draft's file with these choices: the one that goes on, or a new one in its place.</summary>
    internal async Task<Job> EnsureAsync(CsvDraft draft, CsvChoices choices, CancellationToken cancellationToken)
    {
        var order = new CsvCheckOrder(draft.Dataset, draft.Id, ForLooking(choices));
        var payload = JsonSerializer.Serialize(order, CsvImportJson.Default.CsvCheckOrder);
        if (await LatestAsync(draft.Id, cancellationToken) is { } latest)
        {
            if (latest.Payload == payload)
            {
                return latest;
            }

            // Other choices: nobody waits for it any more.
            await queue.CancelAsync(latest.Id, cancellationToken);
        }

        var id = JobQueue.NewId(clock);
        await blobs.PutAsync([new BlobContent(LatestOf(draft.Id), JsonSerializer.SerializeToUtf8Bytes(id.Value, CsvImportJson.Default.String))], cancellationToken);
        return await queue.EnqueueAsync(id, JobKind, $"Check {draft.File!.Name}", payload, draft.File.Bytes, cancellationToken);
    }

    /// <summary>What a look with these choices has found; null as long as there was none.</summary>
    internal async Task<CsvWholePreview?> FindAsync(JobId draft, CsvChoices choices, CancellationToken cancellationToken) =>
        await blobs.ReadAsync(PreviewOf(draft), cancellationToken) is { } bytes && JsonSerializer.Deserialize(bytes, CsvImportJson.Default.CsvWholePreview) is { } whole && whole.Choices == ForLooking(choices)
            ? whole
            : null;

    /// <summary>The rows with errors that the last look has found.</summary>
    internal ValueTask<Stream?> OpenRejectsAsync(JobId draft, CancellationToken cancellationToken) => blobs.OpenReadAsync(RejectsOf(draft), cancellationToken);

    /// <summary>What becomes of rows with errors makes no difference to looking at them: whoever decides that does not wait for another look.</summary>
    private static CsvChoices ForLooking(CsvChoices choices) => choices with { SkipsErrors = false };

    private async Task<Job?> LatestAsync(JobId draft, CancellationToken cancellationToken) =>
        await blobs.ReadAsync(LatestOf(draft), cancellationToken) is { } bytes && TypeId.TryParse<JobId>(JsonSerializer.Deserialize(bytes, CsvImportJson.Default.String), out var id)
            ? await queue.FindAsync(id, cancellationToken)
            : null;

    private BlobPath PreviewOf(JobId draft) => staging.FolderOf(draft) / "preview.json";

    private BlobPath LatestOf(JobId draft) => staging.FolderOf(draft) / "check.json";

    private BlobPath RejectsOf(JobId draft) => staging.FolderOf(draft) / "preview-rejects.csv";
}

/// <summary>Which draft is looked through, and how.</summary>
internal sealed record CsvCheckOrder(DatasetId Dataset, JobId Draft, CsvChoices Choices);

/// <summary>The file <c>preview.json</c> of a draft: what a look to the last row has found.</summary>
internal sealed record CsvWholePreview(CsvChoices Choices, CsvPreview Preview, bool HasRejects);
