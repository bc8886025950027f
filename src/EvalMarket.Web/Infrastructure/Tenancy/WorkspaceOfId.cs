using System.Linq.Expressions;
using System.Reflection;
using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Web.Infrastructure.Tenancy;

/// <summary>
/// Finds the workspace that owns an id, among some. Reads the model: every tenant entity with a key (Workspace, Id) whose Id is a TypeID
/// takes part, by the prefix of its ids.
/// </summary>
internal sealed class WorkspaceOfId(EvalMarketDbContext database)
{
    private const string Id = "Id";

    private static readonly MethodInfo FindInMethod =
        typeof(WorkspaceOfId).GetMethod(nameof(FindInAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>The slug; null when the text is no id, or the id of nothing in these workspaces.</summary>
    public async Task<string?> FindAsync(string text, IReadOnlyList<string> among, CancellationToken cancellationToken)
    {
        foreach (var entity in database.Model.GetEntityTypes().Where(entity => entity.ClrType.IsAssignableTo(typeof(IWorkspaceOwned))))
        {
            if (entity.FindPrimaryKey()?.Properties is [_, { Name: Id, ClrType: var idType }]
                && Array.Exists(idType.GetInterfaces(), type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ITypeId<>)))
            {
                var find = FindInMethod.MakeGenericMethod(entity.ClrType, idType)
                    .CreateDelegate<Func<EvalMarketDbContext, string, IReadOnlyList<string>, CancellationToken, Task<string?>>>();
                if (await find(database, text, among, cancellationToken) is { } slug)
                    return slug;
            }
        }

        return null;
    }

    private static async Task<string?> FindInAsync<TEntity, TId>(
        EvalMarketDbContext database, string text, IReadOnlyList<string> among, CancellationToken cancellationToken)
        where TEntity : class, IWorkspaceOwned
        where TId : struct, ITypeId<TId>
    {
        if (!TypeId.TryParse<TId>(text, out var id))
            return null;

        var row = Expression.Parameter(typeof(TEntity), "row");
        var isIt = Expression.Lambda<Func<TEntity, bool>>(Expression.Equal(Expression.Property(row, Id), Expression.Constant(id)), row);
        return await database.Set<TEntity>().IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(isIt).Where(entity => among.Contains(entity.Workspace))
            .Select(entity => entity.Workspace).FirstOrDefaultAsync(cancellationToken);
    }
}
