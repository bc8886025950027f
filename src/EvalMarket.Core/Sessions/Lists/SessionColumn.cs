using System.Globalization;
using System.Linq.Expressions;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>
/// A column that lists are ordered by. Databases disagree about where missing values belong, and a comparison with them is no use to an
/// index: so a list is two stretches, the sessions with a value and then those without, each of them one range of an index.
/// </summary>
internal abstract class SessionColumn
{
    private static readonly IReadOnlyDictionary<SessionSort, SessionColumn> All = new Dictionary<SessionSort, SessionColumn>
    {
        [SessionSort.Created] = new Typed<DateTimeOffset>(row => row.CreatedAt, Time, TryTime),
        [SessionSort.Updated] = new Typed<DateTimeOffset>(row => row.UpdatedAt, Time, TryTime),
        [SessionSort.Reviewed] = new Typed<DateTimeOffset?>(row => row.ReviewedAt, time => time is { } at ? Time(at) : null, TryNullableTime, mayBeMissing: true),
        [SessionSort.Title] = new Typed<string>(row => row.TitleSort, title => title, TryText),
        [SessionSort.Turns] = new Typed<int>(row => row.TurnCount, count => count.ToString(CultureInfo.InvariantCulture), TryCount),
        [SessionSort.Tokens] = new Typed<long?>(row => row.Tokens, tokens => tokens?.ToString(CultureInfo.InvariantCulture), TryTokens, mayBeMissing: true),
        [SessionSort.Cost] = new Typed<decimal?>(row => row.Cost, cost => cost?.ToString(CultureInfo.InvariantCulture), TryCost, mayBeMissing: true),
    };

    protected delegate bool Reader<T>(string text, out T value);

    public static SessionColumn Of(SessionSort sort) => All[sort];

    /// <summary>The session's value as text; null when it has none.</summary>
    public abstract string? KeyOf(SessionRow row);

    /// <summary>Whether a session could have it.</summary>
    public abstract bool IsKey(string? key);

    /// <summary>
    /// The sessions from a place on, in order: all of the first stretch come before all of the next.
    /// </summary>
    /// <param name="isBack">Against the order, from the place towards the beginning of the list.</param>
    public abstract IEnumerable<IQueryable<SessionRow>> Stretches(IQueryable<SessionRow> rows, SessionOrder order, SessionPlace? from, bool isBack);

    private static string Time(DateTimeOffset time) => time.UtcTicks.ToString(CultureInfo.InvariantCulture);

    private static bool TryTime(string text, out DateTimeOffset time)
    {
        var isTime = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks;
        time = isTime ? new DateTimeOffset(ticks, TimeSpan.Zero) : default;
        return isTime;
    }

    private static bool TryNullableTime(string text, out DateTimeOffset? time)
    {
        var isTime = TryTime(text, out var at);
        time = at;
        return isTime;
    }

    private static bool TryText(string text, out string value)
    {
        value = text;
        // What no database can hold (a cursor can be made up).
        return text.Length <= SessionRow.TitleSortLength && !text.Contains('\0', StringComparison.Ordinal);
    }

    private static bool TryCount(string text, out int count) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out count);

    private static bool TryTokens(string text, out long? tokens)
    {
        var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        tokens = number;
        return isNumber;
    }

    private static bool TryCost(string text, out decimal? cost)
    {
        var isNumber = decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        cost = number;
        return isNumber;
    }

    private sealed class Typed<T>(
        Expression<Func<SessionRow, T>> column, Func<T, string?> write, Reader<T> read, bool mayBeMissing = false) : SessionColumn
    {
        private readonly Func<SessionRow, T> valueOf = column.Compile();

        private readonly ParameterExpression row = column.Parameters[0];

        public override string? KeyOf(SessionRow row) => write(valueOf(row));

        public override bool IsKey(string? key) => key is null ? mayBeMissing : read(key, out _);

        public override IEnumerable<IQueryable<SessionRow>> Stretches(IQueryable<SessionRow> rows, SessionOrder order, SessionPlace? from, bool isBack)
        {
            var isAscending = order.IsDescending == isBack;
            var values = mayBeMissing ? rows.Where(Compare(ExpressionType.NotEqual, default!)) : rows;
            if (from is { Key: null })
            {
                yield return Ordered(BeyondId(rows.Where(Compare(ExpressionType.Equal, default!)), from, isAscending), isAscending);
                if (isBack)
                {
                    yield return Ordered(values, isAscending);
                }

                yield break;
            }

            yield return Ordered(from is null ? values : Beyond(values, from, isAscending), isAscending);
            if (mayBeMissing && !isBack)
            {
                yield return Ordered(rows.Where(Compare(ExpressionType.Equal, default!)), isAscending);
            }
        }

        private IQueryable<SessionRow> Ordered(IQueryable<SessionRow> rows, bool isAscending) =>
            isAscending ? rows.OrderBy(column).ThenBy(other => other.Id) : rows.OrderByDescending(column).ThenByDescending(other => other.Id);

        /// <summary>Said twice, so that an index begins at the place: <c>column &lt;= x and (column &lt; x or id &lt; y)</c>.</summary>
        private IQueryable<SessionRow> Beyond(IQueryable<SessionRow> rows, SessionPlace from, bool isAscending)
        {
            if (!read(from.Key!, out var value))
            {
                throw new ArgumentException("The place is none of this order.", nameof(from));
            }

            var beyond = Compare(isAscending ? ExpressionType.GreaterThan : ExpressionType.LessThan, value);
            var id = IdBeyond(from, isAscending);
            var either = Expression.OrElse(beyond.Body, new Renaming(id.Parameters[0], row).Visit(id.Body));
            return rows.Where(Compare(isAscending ? ExpressionType.GreaterThanOrEqual : ExpressionType.LessThanOrEqual, value))
                .Where(Expression.Lambda<Func<SessionRow, bool>>(either, row));
        }

        private static IQueryable<SessionRow> BeyondId(IQueryable<SessionRow> rows, SessionPlace from, bool isAscending) => rows.Where(IdBeyond(from, isAscending));

        private static Expression<Func<SessionRow, bool>> IdBeyond(SessionPlace from, bool isAscending)
        {
            var id = from.Id;
            return isAscending ? other => other.Id > id : other => other.Id < id;
        }

        private Expression<Func<SessionRow, bool>> Compare(ExpressionType comparison, T value)
        {
            // A member of an object, so that it becomes a parameter of the statement.
            Expression with = value is null ? Expression.Constant(null, typeof(T)) : Expression.Property(Expression.Constant(new Held(value)), nameof(Held.Value));
            var body = typeof(T) == typeof(string)
                ? Expression.MakeBinary(comparison, Expression.Call(typeof(string), nameof(string.Compare), null, column.Body, with), Expression.Constant(0))
                : Expression.MakeBinary(comparison, column.Body, with);
            return Expression.Lambda<Func<SessionRow, bool>>(body, row);
        }

        private sealed record Held(T Value);

        private sealed class Renaming(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
        {
            protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
        }
    }
}
