using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Exports;

/// <summary>The exports of a workspace, and the files of those that a job made.</summary>
public sealed class ExportDirectory(EvalMarketDbContext db, IBlobStore blobs, TimeProvider clock)
{
    /// <summary>Newest first.</summary>
    public async Task<ExportPage> ListAsync(ExportId? before, int limit, CancellationToken cancellationToken)
    {
        var rows = await db.Exports.AsNoTracking().Where(row => before == null || row.Id < before.Value).OrderByDescending(row => row.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var ids = rows.Select(row => row.JobId).OfType<JobId>().ToList();
        var jobs = ids.Count == 0 ? [] : await db.Jobs.AsNoTracking().Where(job => ids.Contains(job.Id)).ToDictionaryAsync(job => job.Id, cancellationToken);
        var now = clock.GetUtcNow();
        return new ExportPage(
            [.. rows.Take(limit).Select(row => ExportView.Of(row, row.JobId is { } id ? jobs.GetValueOrDefault(id) : null, now))],
            rows.Count > limit ? rows[limit - 1].Id : null);
    }

    /// <summary>Null when there is none (or it is not yours).</summary>
    public async Task<ExportView?> FindAsync(ExportId id, CancellationToken cancellationToken)
    {
        if (await db.Exports.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } row)
        {
            return null;
        }

        var job = row.JobId is { } jobId ? await db.Jobs.AsNoTracking().FirstOrDefaultAsync(each => each.Id == jobId, cancellationToken) : null;
        return ExportView.Of(row, job, clock.GetUtcNow());
    }

    /// <summary>The file from its start, which can be read from anywhere.</summary>
    /// <returns>Not found when there is no file, because the export was sent at once; a conflict while there is none yet, or none any more.</returns>
    public async Task<Outcome<Stream>> OpenAsync(ExportView export, CancellationToken cancellationToken) => export.State switch
    {
        ExportState.Ready when await blobs.OpenReadAsync(PathOf(export.Row.Workspace, export.Row.Id), cancellationToken) is { } content => content,
        ExportState.Ready or ExportState.Expired => new ExportExpired(),
        ExportState.Queued or ExportState.Running => new Conflict("export_not_ready", "The file is still being made."),
        ExportState.Failed or ExportState.Cancelled => new Conflict("export_not_made", "The file was not made. Start the export again."),
        _ => new NotFound(),
    };

    /// <summary>Where the file lies: <c>w/{workspace}/exports/{id}</c>. A folder of each its own would only have this in it.</summary>
    internal static BlobPath PathOf(string workspace, ExportId id) => BlobPath.Parse($"w/{workspace}/exports/{id.Value}");
}

/// <summary>The file of an export is not kept any more.</summary>
public sealed record ExportExpired() : Failure("export_expired", "The file was kept for a while and is gone now. Start the export again for a fresh one.");
