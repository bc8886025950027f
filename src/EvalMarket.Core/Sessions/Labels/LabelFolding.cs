using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions.Labels;

/// <summary>Folds the label logs of a workspace, so that the files stay few. Every line stays as it is: who changed what, and when, can be read from them for ever.</summary>
public sealed class LabelFolding(EvalMarketDbContext db, LabelLog log)
{
    /// <summary>Folds when more than <paramref name="threshold"/> logs have come since the last fold.</summary>
    /// <returns>Whether it did.</returns>
    public async Task<bool> FoldAsync(long threshold, CancellationToken cancellationToken)
    {
        var workspace = db.Tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
        {
            return false;
        }

        // What lies beyond the row's sequence was never committed.
        var sequence = await db.Workspaces.Where(row => row.Slug == workspace).Select(row => row.LabelSequence).SingleAsync(cancellationToken);
        if (await log.CountAsync(workspace, cancellationToken) <= threshold || !await log.FoldAsync(workspace, sequence, cancellationToken))
        {
            return false;
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
