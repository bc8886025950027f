using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Exports;

/// <summary>Writes down exports that are sent at once, so that the list of exports has them and they can be made again. In a scope of its own: the export may hold a snapshot in the request's.</summary>
public sealed class ExportLog(IServiceScopeFactory scopes, Tenant tenant, TimeProvider clock)
{
    /// <summary>Before the first byte is sent.</summary>
    public async Task<ExportId> BeginAsync(ExportOrder order, ExportFacts facts, CancellationToken cancellationToken)
    {
        var row = Make(tenant.Required, order, facts, null, tenant.Actor.Name, clock.GetUtcNow());
        await using var scope = Enter();
        var db = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        db.Exports.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        return row.Id;
    }

    /// <summary>When all of it was sent.</summary>
    public async Task FinishAsync(ExportId id, long bytes)
    {
        await using var scope = Enter();
        var db = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        var now = clock.GetUtcNow();
        await db.Exports.Where(row => row.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Bytes, bytes).SetProperty(row => row.FinishedAt, now), CancellationToken.None);
    }

    internal static ExportRow Make(string workspace, ExportOrder order, ExportFacts facts, JobId? job, string by, DateTimeOffset now) => new()
    {
        Workspace = workspace,
        Id = TypeId.New<ExportId>(now),
        Format = order.Format,
        DatasetId = order.Dataset,
        Order = order.Write(),
        Name = facts.Name.Length <= ExportRow.NameLength ? facts.Name : facts.Name[..ExportRow.NameLength],
        Detail = facts.Detail,
        Records = facts.Records,
        FileName = facts.FileName,
        ContentType = facts.ContentType,
        JobId = job,
        CreatedAt = now,
        CreatedBy = by,
        Bytes = facts.Bytes,
    };

    private AsyncServiceScope Enter()
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(tenant.Required, tenant.Actor);
        return scope;
    }
}
