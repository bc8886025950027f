using System.IO.Pipelines;
using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Streams;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Exports;

/// <summary>What the job of an export knows.</summary>
/// <param name="Unit">What its progress counts.</param>
internal sealed record ExportPayload(ExportId Export, ExportUnit Unit);

/// <summary>
/// Makes the file of an export. The store writes it under another name until it is whole, and it counts from the moment at which the row says so: a job that was cut off begins anew and leaves nothing of its former life.
/// </summary>
public sealed class ExportJob(EvalMarketDbContext db, ExportPreparation preparation, IExportAnswers answers, IBlobStore blobs, Limits limits, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "export";

    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(500);

    string IJobHandler.Kind => JobKind;

    /// <summary>The export that a job makes; null for other jobs.</summary>
    public static ExportId? ExportOf(Job job) => job.Kind == JobKind ? JsonSerializer.Deserialize(job.Payload, ExportJson.Default.ExportPayload)!.Export : null;

    /// <summary>What the progress of a job counts; null for other jobs.</summary>
    public static ExportUnit? UnitOf(Job job) => job.Kind == JobKind ? JsonSerializer.Deserialize(job.Payload, ExportJson.Default.ExportPayload)!.Unit : null;

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var id = JsonSerializer.Deserialize(run.Payload, ExportJson.Default.ExportPayload)!.Export;
        if (await db.Exports.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } row)
        {
            return new JobEnd(null, new NotFound());
        }

        if (row.FinishedAt is null)
        {
            if (!(await preparation.PrepareAsync(ExportOrder.Read(row.Order), cancellationToken)).Succeeded(out var prepared, out var failure))
            {
                return new JobEnd(null, failure);
            }

            long bytes;
            await using (prepared)
            {
                bytes = await WriteAsync(run, prepared, ExportDirectory.PathOf(run.Workspace, id), cancellationToken);
            }

            var now = clock.GetUtcNow();
            var expires = now + TimeSpan.FromHours(limits.ExportHours);
            if (await db.Exports.Where(export => export.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(export => export.Bytes, bytes).SetProperty(export => export.FinishedAt, now).SetProperty(export => export.ExpiresAt, expires),
                CancellationToken.None) == 0)
            {
                // Deleted while it was made.
                await blobs.DeleteAsync([ExportDirectory.PathOf(run.Workspace, id)], CancellationToken.None);
                return new JobEnd(null, new NotFound());
            }

            await run.ReportAsync(prepared.Total, prepared.Total, CancellationToken.None);
        }

        return new JobEnd(await answers.WriteAsync(id, CancellationToken.None));
    }

    private async Task<long> WriteAsync(JobRun run, PreparedExport prepared, BlobPath path, CancellationToken cancellationToken)
    {
        // Whichever side fails, the other one stops.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 * 1024 * 1024, resumeWriterThreshold: 2 * 1024 * 1024, minimumSegmentSize: 64 * 1024, useSynchronizationContext: false));
        var writing = FillAsync(prepared, pipe.Writer, stopping.Token);
        var reported = clock.GetTimestamp();
        try
        {
            await using var content = new WatchedStream(pipe.Reader.AsStream(), ReportAsync);
            return await blobs.PutAsync(path, content, null, stopping.Token);
        }
        finally
        {
            await stopping.CancelAsync();
            await pipe.Reader.CompleteAsync();
            await writing;
        }

        async ValueTask ReportAsync(CancellationToken token)
        {
            if (clock.GetElapsedTime(reported) >= BetweenReports)
            {
                reported = clock.GetTimestamp();
                await run.ReportAsync(prepared.Done, prepared.Total, token);
            }
        }
    }

    /// <summary>What goes wrong here is thrown where the file is written.</summary>
    private static async Task FillAsync(PreparedExport prepared, PipeWriter output, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            // Away from the reader: making and writing go on side by side.
            await Task.Run(() => prepared.WriteAsync(output, cancellationToken), cancellationToken);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        await output.CompleteAsync(failure);
    }

    /// <summary>Hands on what is read, and looks up after each piece.</summary>
    private sealed class WatchedStream(Stream source, Func<CancellationToken, ValueTask> look) : ReadingStream
    {
        public override int Read(Span<byte> buffer) => source.Read(buffer);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await source.ReadAsync(buffer, cancellationToken);
            await look(cancellationToken);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                source.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

/// <summary>The body that answers for an export: the API's, which is the same for a request and for a job.</summary>
public interface IExportAnswers
{
    /// <summary>JSON: the export as <c>GET /api/exports/{id}</c> shows it.</summary>
    Task<string> WriteAsync(ExportId export, CancellationToken cancellationToken);
}
