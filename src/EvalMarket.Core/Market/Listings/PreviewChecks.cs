using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Formats;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Listings;

/// <summary>Tasks that a seller names for everybody to read have to be in the bundle.</summary>
public sealed class PreviewChecks(EvalMarketDbContext db, BundleFiles files)
{
    /// <summary>An error for each that is not; stops reading when all were found.</summary>
    public async Task<IReadOnlyList<ContentError>> CheckAsync(BundleId bundle, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0 || await db.Bundles.AsNoTracking().SingleOrDefaultAsync(one => one.Id == bundle, cancellationToken) is not { } row
            || await files.ReadAsync(row, null, cancellationToken) is not { } document)
        {
            return [];
        }

        HashSet<string> missing = new(ids, StringComparer.Ordinal);
        await using var tasks = await files.OpenTasksAsync(row.Workspace, row.Id, document.Upload, cancellationToken);
        await foreach (var task in BundleTasks.ReadAsync(tasks, cancellationToken))
        {
            missing.Remove(task.TaskId);
            if (missing.Count == 0)
                break;
        }

        return [.. ids.Index().Where(one => missing.Contains(one.Item)).Select(one => new ContentError("The bundle has no task of this id.", $"/preview_tasks/{one.Index}"))];
    }
}
