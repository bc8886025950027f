using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>
/// Removes uploaded files that nobody will read any more: those of jobs that were cancelled or failed, drafts that nobody imported in time, and those whose request
/// broke off before there was a job. A job that completes removes its own.
/// </summary>
public sealed class UploadCleaning(EvalMarketDbContext db, IBlobStore blobs, IOptions<Limits> limits, TimeProvider clock)
{
    /// <summary>Looks through the uploads of the workspace; says how many files it removed.</summary>
    public async Task<int> CleanAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        var uploads = BlobPath.Parse($"w/{db.Tenant.Required}/uploads");
        var folders = await blobs.ListFoldersAsync(uploads, cancellationToken).ToListAsync(cancellationToken);
        foreach (var folder in folders)
        {
            if (!TypeId.TryParse<JobId>(folder, out var id) || !await IsOverAsync(id, cancellationToken))
            {
                continue;
            }

            var files = await blobs.ListAsync($"{uploads}/{folder}/", cancellationToken).Select(blob => blob.Path).ToListAsync(cancellationToken);
            await blobs.DeleteAsync(files, cancellationToken);
            removed += files.Count;
        }

        return removed;
    }

    private async Task<bool> IsOverAsync(JobId id, CancellationToken cancellationToken)
    {
        var job = await db.Jobs.AsNoTracking().Where(row => row.Id == id).Select(row => new { row.Status }).FirstOrDefaultAsync(cancellationToken);
        return job is null
            ? clock.GetUtcNow() - TypeId.TimeOf(id) > TimeSpan.FromHours(limits.Value.ImportHours)
            : job.Status is JobStatus.Completed or JobStatus.Failed or JobStatus.Cancelled;
    }
}
