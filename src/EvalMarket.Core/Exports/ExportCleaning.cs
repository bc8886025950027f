using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Exports;

/// <summary>Forgets exports that are older than the list remembers, and removes files that nobody can download: expired ones, those of jobs that ended badly, and those without a row.</summary>
public sealed class ExportCleaning(EvalMarketDbContext db, IBlobStore blobs, Limits limits, TimeProvider clock)
{
    /// <summary>Looks through the exports of the workspace; says how many files it removed.</summary>
    public async Task<int> CleanAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var before = now - TimeSpan.FromDays(limits.ExportDays);
        await db.Exports.Where(row => row.CreatedAt < before && (row.ExpiresAt == null || row.ExpiresAt <= now)).ExecuteDeleteAsync(cancellationToken);

        // A file is there after its row: one that no row keeps, or will, is over.
        var files = await blobs.ListAsync($"w/{db.Tenant.Required}/exports/", cancellationToken).Select(blob => blob.Path).ToListAsync(cancellationToken);
        if (files.Count == 0)
        {
            return 0;
        }

        // In this order: one that is finished meanwhile is in the second.
        var making = await db.Exports.Where(row => row.FinishedAt == null && row.JobId != null)
            .Join(db.Jobs.Where(job => job.Status == JobStatus.Queued || job.Status == JobStatus.Running), row => row.JobId, job => (JobId?)job.Id, (row, _) => row.Id)
            .ToListAsync(cancellationToken);
        var kept = await db.Exports.Where(row => row.ExpiresAt > now).Select(row => row.Id).ToListAsync(cancellationToken);
        var wanted = kept.Concat(making).Select(id => id.Value).ToHashSet(StringComparer.Ordinal);
        files.RemoveAll(path => wanted.Contains(path.Name));
        await blobs.DeleteAsync(files, cancellationToken);
        return files.Count;
    }
}
