using System.Globalization;
using System.Linq.Expressions;
using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>The columns that lists of sessions are ordered by.</summary>
internal static class SessionColumn
{
    private static readonly IReadOnlyDictionary<SessionSort, OrderedColumn<SessionRow, SessionId>> All = new Dictionary<SessionSort, OrderedColumn<SessionRow, SessionId>>
    {
        [SessionSort.Created] = Column<DateTimeOffset>(row => row.CreatedAt, OrderedKeys.Time, OrderedKeys.TryTime),
        [SessionSort.Updated] = Column<DateTimeOffset>(row => row.UpdatedAt, OrderedKeys.Time, OrderedKeys.TryTime),
        [SessionSort.Reviewed] = Column<DateTimeOffset?>(row => row.ReviewedAt, time => time is { } at ? OrderedKeys.Time(at) : null, TryNullableTime, mayBeMissing: true),
        [SessionSort.Title] = Column(row => row.TitleSort, title => title, OrderedKeys.TextUpTo(SessionRow.TitleSortLength)),
        [SessionSort.Turns] = Column<int>(row => row.TurnCount, OrderedKeys.Count, OrderedKeys.TryCount),
        [SessionSort.Tokens] = Column<long?>(row => row.Tokens, tokens => tokens?.ToString(CultureInfo.InvariantCulture), TryTokens, mayBeMissing: true),
        [SessionSort.Cost] = Column<decimal?>(row => row.Cost, cost => cost?.ToString(CultureInfo.InvariantCulture), TryCost, mayBeMissing: true),
    };

    public static OrderedColumn<SessionRow, SessionId> Of(SessionSort sort) => All[sort];

    private static OrderedColumn<SessionRow, SessionId, T> Column<T>(
        Expression<Func<SessionRow, T>> column, Func<T, string?> write, OrderedKeys.Reader<T> read, bool mayBeMissing = false) => new(column, row => row.Id, write, read, mayBeMissing);

    private static bool TryNullableTime(string text, out DateTimeOffset? time)
    {
        var isTime = OrderedKeys.TryTime(text, out var at);
        time = at;
        return isTime;
    }

    private static bool TryTokens(string text, out long? tokens)
    {
        var isNumber = OrderedKeys.TryCount(text, out long number);
        tokens = number;
        return isNumber;
    }

    private static bool TryCost(string text, out decimal? cost)
    {
        var isNumber = decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        cost = number;
        return isNumber;
    }
}
