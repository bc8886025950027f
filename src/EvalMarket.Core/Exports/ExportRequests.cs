using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Exports;

/// <summary>Starts exports as jobs, stops them, and forgets them with their files.</summary>
public sealed class ExportRequests(EvalMarketDbContext db, ExportPreparation preparation, ExportDirectory directory, JobQueue queue, IBlobStore blobs, Limits limits, TimeProvider clock)
{
    /// <summary>Durable when it returns. What cannot be exported is refused now and not by the job.</summary>
    /// <returns>The failures of the export itself; a conflict when the workspace keeps as many files as it may.</returns>
    public async Task<Outcome<ExportView>> StartAsync(ExportOrder order, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await StoredAsync(now, cancellationToken) >= limits.StoredExports)
        {
            return new Conflict("too_many_exports", $"Files of {limits.StoredExports:N0} exports are kept or being made (Limits:StoredExports). Delete some, or wait until they expire.");
        }

        if (!(await preparation.PrepareAsync(order, cancellationToken)).Succeeded(out var prepared, out var failure))
        {
            return failure;
        }

        ExportFacts facts;
        ExportPayload payload;
        var job = JobQueue.NewId(clock);
        ExportRow row;
        long total;
        await using (prepared)
        {
            facts = prepared.Facts;
            total = prepared.Total;
            row = ExportLog.Make(db.Tenant.Required, order, facts, job, db.Tenant.Actor.Name, now);
            payload = new ExportPayload(row.Id, prepared.Unit);
        }

        // Both rows are saved together.
        db.Exports.Add(row);
        var title = $"Export of {Sessions.SessionIndexing.OneLine(facts.Name, 120)} as {order.FormatName}";
        var queued = await queue.EnqueueAsync(job, ExportJob.JobKind, title, JsonSerializer.Serialize(payload, ExportJson.Default.ExportPayload), total, cancellationToken);
        db.ChangeTracker.Clear();
        return ExportView.Of(row, queued, now);
    }

    /// <summary>Starts the same again, on what is there now.</summary>
    public async Task<Outcome<ExportView>> StartAgainAsync(ExportId id, CancellationToken cancellationToken) =>
        await directory.FindAsync(id, cancellationToken) is { } export ? await StartAsync(export.Order, cancellationToken) : new NotFound();

    /// <summary>One that is going on is stopped; others stay as they are.</summary>
    public async Task<Outcome<ExportView>> CancelAsync(ExportId id, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(id, cancellationToken) is not { } export)
        {
            return new NotFound();
        }

        if (!export.IsGoingOn || export.Row.JobId is not { } job)
        {
            return export;
        }

        await queue.CancelAsync(job, cancellationToken);
        return await directory.FindAsync(id, cancellationToken) is { } stopped ? stopped : new NotFound();
    }

    /// <summary>Takes it off the list, with its file; one that is going on is stopped. The end of the row is what counts: a file without a row is removed by the upkeep.</summary>
    public async Task<Outcome<ExportId>> DeleteAsync(ExportId id, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(id, cancellationToken) is not { } export)
        {
            return new NotFound();
        }

        if (export is { IsGoingOn: true, Row.JobId: { } job })
        {
            await queue.CancelAsync(job, cancellationToken);
        }

        await db.Exports.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
        if (export.Row.JobId is not null)
        {
            await blobs.DeleteAsync([ExportDirectory.PathOf(export.Row.Workspace, id)], CancellationToken.None);
        }

        return id;
    }

    /// <summary>Files that are kept or being made.</summary>
    private async Task<int> StoredAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var kept = await db.Exports.CountAsync(row => row.ExpiresAt > now, cancellationToken);
        var making = await db.Jobs.CountAsync(job => job.Kind == ExportJob.JobKind && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running), cancellationToken);
        return kept + making;
    }
}
