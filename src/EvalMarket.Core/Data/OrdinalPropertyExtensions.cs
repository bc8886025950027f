using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EvalMarket.Core.Data;

internal static class OrdinalPropertyExtensions
{
    /// <summary>Compares, sorts and is unique by code unit, whatever the database's own collation.</summary>
    public static PropertyBuilder<T> IsOrdinal<T>(this PropertyBuilder<T> property) =>
        (PropertyBuilder<T>)property.HasAnnotation(EvalMarketDbContext.Ordinal, true);
}
