using System.Globalization;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Pages.Dashboard;

/// <summary>The days that the dashboard is about, as the address says them: <c>from</c> and <c>to</c>, both included.</summary>
internal sealed record DashboardPeriod(DateOnly? From, DateOnly? To)
{
    public const string FromParameter = "from";
    public const string ToParameter = "to";
    private const string Form = "yyyy-MM-dd";

    /// <summary>More weeks than this are shown as months: bars stay wide enough to be pointed at.</summary>
    private const int MostWeeks = 60;

    public static IReadOnlyList<QueryParameter> Declared { get; } =
        [new(FromParameter, "The first day."), new(ToParameter, "The last day.")];

    public bool IsAll => From is null && To is null;

    public DateTimeOffset? Start => From is { } day ? Midnight(day) : null;

    /// <summary>The first moment after it.</summary>
    public DateTimeOffset? End => To is { } day ? Midnight(day.AddDays(1)) : null;

    public string FromText => From?.ToString(Form, CultureInfo.InvariantCulture) ?? "";

    public string ToText => To?.ToString(Form, CultureInfo.InvariantCulture) ?? "";

    /// <summary>What cannot be a day is left out; a period that ends before it begins is turned round.</summary>
    public static DashboardPeriod Read(IQueryCollection query)
    {
        var (from, to) = (Day(query[FromParameter]), Day(query[ToParameter]));
        return from > to ? new DashboardPeriod(to, from) : new DashboardPeriod(from, to);
    }

    /// <summary>The last days until today.</summary>
    public static DashboardPeriod Last(int days, DateOnly today) => new(today.AddDays(1 - days), null);

    public IEnumerable<KeyValuePair<string, string?>> Pairs() =>
        new KeyValuePair<string, string?>[] { new(FromParameter, FromText), new(ToParameter, ToText) }.Where(pair => pair.Value!.Length > 0);

    /// <summary>The stretches of time that the bars of a chart stand for, without gaps: weeks from Monday, or months when these were too many.</summary>
    /// <param name="first">The first day that has something.</param>
    /// <param name="last">The last one.</param>
    public IReadOnlyList<DashboardPeriod> Bars(DateOnly first, DateOnly last)
    {
        var begin = From ?? first;
        var end = To ?? last;
        end = end < begin ? begin : end;
        var isWeekly = end.DayNumber - begin.DayNumber < MostWeeks * 7;
        List<DashboardPeriod> bars = [];
        for (var day = isWeekly ? Monday(begin) : new DateOnly(begin.Year, begin.Month, 1); day <= end;)
        {
            var next = isWeekly ? day.AddDays(7) : day.AddMonths(1);
            bars.Add(new DashboardPeriod(day < begin && From is not null ? begin : day, next > end && To is not null ? end : next.AddDays(-1)));
            day = next;
        }

        return bars;
    }

    public bool Has(DateOnly day) => day >= (From ?? DateOnly.MinValue) && day <= (To ?? DateOnly.MaxValue);

    private static DateOnly Monday(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1900 and < 9000 ? day : null;

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
