using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace EvalMarket.Core.Data;

/// <summary>Refuses to save a row of another workspace than the one that the scope has entered: the last wall behind the query filter.</summary>
public sealed class TenantWriteInterceptor : SaveChangesInterceptor
{
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Check(eventData.Context);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Check(eventData.Context);
        return ValueTask.FromResult(result);
    }

    private static void Check(DbContext? context)
    {
        if (context is not EvalMarketDbContext { Tenant: var tenant })
        {
            return;
        }

        foreach (var entry in context.ChangeTracker.Entries<IWorkspaceOwned>())
        {
            if (entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted
                && entry.Entity.Workspace != tenant.Workspace)
            {
                throw new InvalidOperationException(
                    $"A {entry.Metadata.ClrType.Name} of another workspace was about to be written.");
            }
        }
    }
}
