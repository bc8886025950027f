using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace EvalMarket.Core.Data;

/// <summary>How rows of a type are copied into their table: its columns, and their values as the database takes them.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="Columns">Those that are not made by the database.</param>
public sealed record BulkColumns(string Table, IReadOnlyList<BulkColumn> Columns)
{
    internal static BulkColumns Of(IEntityType entity) => new(
        entity.GetTableName()!,
        [.. entity.GetProperties().Where(property => property.GetComputedColumnSql() is null && !property.IsShadowProperty()).Select(property =>
        {
            var read = property.GetGetter();
            var convert = property.GetTypeMapping().Converter?.ConvertToProvider;
            return new BulkColumn(
                property.GetColumnName(),
                property.GetColumnType(),
                property.GetTypeMapping().Converter?.ProviderClrType ?? Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType,
                row => read.GetClrValue(row) is { } value ? convert is null ? value : convert(value) : null);
        })]);
}

/// <summary>A column.</summary>
/// <param name="Name">In the database.</param>
/// <param name="StoreType">In the database.</param>
/// <param name="Type">Of the values that <paramref name="Read"/> gives.</param>
/// <param name="Read">Its value of a row; null for none.</param>
public sealed record BulkColumn(string Name, string StoreType, Type Type, Func<object, object?> Read);
