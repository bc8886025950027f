using System.Linq.Expressions;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Data;

/// <summary>A place in a list: where a page ends and the next begins.</summary>
/// <param name="Key">The value that the list is ordered by, as text; null for a row without one.</param>
/// <param name="Id">Of the row: equals go by it.</param>
public readonly record struct OrderedPlace<TId>(string? Key, TId Id);

/// <summary>
/// A column that lists are ordered by. Databases disagree about where missing values belong, and a comparison with them is no use to an
/// index: so a list is two stretches, the rows with a value and then those without, each of them one range of an index.
/// </summary>
internal abstract class OrderedColumn<TRow, TId>
    where TId : struct, ITypeId<TId>
{
    /// <summary>The row's value as text; null when it has none.</summary>
    public abstract string? KeyOf(TRow row);

    /// <summary>Whether a row could have it.</summary>
    public abstract bool IsKey(string? key);

    /// <summary>
    /// The rows from a place on, in order: all of the first stretch come before all of the next.
    /// </summary>
    /// <param name="isBack">Against the order, from the place towards the beginning of the list.</param>
    public abstract IEnumerable<IQueryable<TRow>> Stretches(IQueryable<TRow> rows, bool isDescending, OrderedPlace<TId>? from, bool isBack);
}

/// <summary>A column of values of a kind.</summary>
/// <param name="column">The value of a row.</param>
/// <param name="id">Its id.</param>
/// <param name="write">The value as text.</param>
/// <param name="read">The text as value.</param>
/// <param name="mayBeMissing">Rows may have none.</param>
internal sealed class OrderedColumn<TRow, TId, T>(
    Expression<Func<TRow, T>> column, Expression<Func<TRow, TId>> id, Func<T, string?> write, OrderedKeys.Reader<T> read, bool mayBeMissing = false) : OrderedColumn<TRow, TId>
    where TId : struct, ITypeId<TId>
{
    private readonly Func<TRow, T> valueOf = column.Compile();

    private readonly ParameterExpression row = column.Parameters[0];

    private readonly Expression idOfRow = new Renaming(id.Parameters[0], column.Parameters[0]).Visit(id.Body);

    public override string? KeyOf(TRow row) => write(valueOf(row));

    public override bool IsKey(string? key) => key is null ? mayBeMissing : read(key, out _);

    public override IEnumerable<IQueryable<TRow>> Stretches(IQueryable<TRow> rows, bool isDescending, OrderedPlace<TId>? from, bool isBack)
    {
        var isAscending = isDescending == isBack;
        var values = mayBeMissing ? rows.Where(Compare(ExpressionType.NotEqual, default!)) : rows;
        if (from is { Key: null } missing)
        {
            yield return Ordered(rows.Where(Compare(ExpressionType.Equal, default!)).Where(Lambda(IdBeyond(missing, isAscending))), isAscending);
            if (isBack)
            {
                yield return Ordered(values, isAscending);
            }

            yield break;
        }

        yield return Ordered(from is { } place ? Beyond(values, place, isAscending) : values, isAscending);
        if (mayBeMissing && !isBack)
        {
            yield return Ordered(rows.Where(Compare(ExpressionType.Equal, default!)), isAscending);
        }
    }

    private IQueryable<TRow> Ordered(IQueryable<TRow> rows, bool isAscending) =>
        isAscending ? rows.OrderBy(column).ThenBy(id) : rows.OrderByDescending(column).ThenByDescending(id);

    /// <summary>Said twice, so that an index begins at the place: <c>column &lt;= x and (column &lt; x or id &lt; y)</c>.</summary>
    private IQueryable<TRow> Beyond(IQueryable<TRow> rows, OrderedPlace<TId> from, bool isAscending)
    {
        if (!read(from.Key!, out var value))
        {
            throw new ArgumentException("The place is none of this order.", nameof(from));
        }

        var beyond = Compare(isAscending ? ExpressionType.GreaterThan : ExpressionType.LessThan, value);
        return rows.Where(Compare(isAscending ? ExpressionType.GreaterThanOrEqual : ExpressionType.LessThanOrEqual, value))
            .Where(Lambda(Expression.OrElse(beyond.Body, IdBeyond(from, isAscending))));
    }

    private BinaryExpression IdBeyond(OrderedPlace<TId> from, bool isAscending) =>
        Expression.MakeBinary(isAscending ? ExpressionType.GreaterThan : ExpressionType.LessThan, idOfRow, Parameter(from.Id));

    private Expression<Func<TRow, bool>> Compare(ExpressionType comparison, T value)
    {
        var with = value is null ? Expression.Constant(null, typeof(T)) : Parameter(value);
        return Lambda(typeof(T) == typeof(string)
            ? Expression.MakeBinary(comparison, Expression.Call(typeof(string), nameof(string.Compare), null, column.Body, with), Expression.Constant(0))
            : Expression.MakeBinary(comparison, column.Body, with));
    }

    private Expression<Func<TRow, bool>> Lambda(Expression body) => Expression.Lambda<Func<TRow, bool>>(body, row);

    /// <summary>A member of an object, so that it becomes a parameter of the statement.</summary>
    private static Expression Parameter<TValue>(TValue value) => Expression.Property(Expression.Constant(new Held<TValue>(value)), nameof(Held<TValue>.Value));

    private sealed record Held<TValue>(TValue Value);

    private sealed class Renaming(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
