using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Annotation;

/// <summary>Folds the logs of a workspace's queues, so that the files stay few. Every line stays as it is.</summary>
public sealed class QueueFolding(EvalMarketDbContext db, IBlobStore blobs, QueueWriter writer)
{
    private readonly AppendLog log = new(blobs);

    /// <summary>Folds each queue's log of which more than <paramref name="threshold"/> files have come since its last fold.</summary>
    /// <returns>How many queues that was.</returns>
    public async Task<int> FoldAsync(long threshold, CancellationToken cancellationToken)
    {
        var workspace = db.Tenant.Required;
        var folded = 0;
        foreach (var id in await db.Queues.Where(row => row.LogSequence > threshold).Select(row => row.Id).ToListAsync(cancellationToken))
        {
            if (await log.CountAsync(QueueFiles.LogOf(workspace, id), cancellationToken) <= threshold)
            {
                continue;
            }

            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            if (await db.LockWorkspaceAsync(workspace, cancellationToken) && await writer.LockAsync(id, cancellationToken) is { } row
                && await log.FoldAsync(QueueFiles.LogOf(workspace, id), row.LogSequence, cancellationToken))
            {
                await transaction.CommitAsync(cancellationToken);
                folded++;
            }
        }

        return folded;
    }
}
