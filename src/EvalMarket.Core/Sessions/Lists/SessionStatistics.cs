using EvalMarket.Core.Data;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>
/// Numbers about the sessions of a workspace. Everything is grouped in the database. Times are grouped by day there (in UTC, on every database the same), and days become
/// weeks here, so that no database's idea of a week matters. What was counted is kept until the workspace changes.
/// </summary>
public sealed class SessionStatistics(EvalMarketDbContext db, SessionCountMemory memory)
{
    /// <summary>What the sessions are and cost, all together.</summary>
    public Task<SessionTotals> TotalsAsync(SessionFilter filter, CancellationToken cancellationToken) => RememberAsync("totals", filter, async () =>
        await db.Where(filter).GroupBy(_ => 1)
            .Select(group => new SessionTotals(
                group.LongCount(),
                group.LongCount(row => row.EvalReady),
                group.LongCount(row => row.ReviewedAt != null),
                group.Sum(row => row.PromptTokens ?? 0),
                group.Sum(row => row.CompletionTokens ?? 0),
                group.Sum(row => row.Cost)))
            .SingleOrDefaultAsync(cancellationToken) ?? new SessionTotals(0, 0, 0, 0, 0, null), cancellationToken);

    /// <summary>How many sessions were last labelled at a time or later.</summary>
    public Task<long> CountLabelledAsync(DateTimeOffset from, CancellationToken cancellationToken) =>
        memory.AskAsync(db, $"labelled since {from.UtcTicks}", () => db.Sessions.LongCountAsync(row => row.ReviewedAt >= from, cancellationToken), cancellationToken);

    /// <summary>Sessions by the day on which they were created.</summary>
    public Task<IReadOnlyList<DayNumbers>> CreatedAsync(SessionFilter filter, CancellationToken cancellationToken) => RememberAsync("created by day", filter, async () =>
        ByDay((await db.Where(filter)
            .GroupBy(row => new { Day = row.CreatedAt.Date, row.EvalStatus })
            .Select(group => new { group.Key.Day, group.Key.EvalStatus, Count = group.LongCount() })
            .ToListAsync(cancellationToken)).Select(group => (group.Day, group.EvalStatus, group.Count))), cancellationToken);

    /// <summary>Sessions by the day on which they were last labelled.</summary>
    public Task<IReadOnlyList<DayNumbers>> LabelledAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) => memory.AskAsync(db, $"labelled by day {from?.UtcTicks} {to?.UtcTicks}", async () =>
        ByDay((await Reviewed(from, to)
            .GroupBy(row => new { Day = row.ReviewedAt!.Value.Date, row.EvalStatus })
            .Select(group => new { group.Key.Day, group.Key.EvalStatus, Count = group.LongCount() })
            .ToListAsync(cancellationToken)).Select(group => (group.Day, group.EvalStatus, group.Count))), cancellationToken);

    /// <summary>The commonest values of a field, those without one as null.</summary>
    public Task<IReadOnlyList<ValueNumbers>> ByFieldAsync(SessionFacet facet, SessionFilter filter, int limit, CancellationToken cancellationToken) =>
        RememberAsync($"{limit} by {facet}", filter, () => CountFieldAsync(facet, filter, limit, cancellationToken), cancellationToken);

    /// <summary>Who labelled sessions last, in a period.</summary>
    public Task<IReadOnlyList<ValueNumbers>> ByReviewerAsync(DateTimeOffset? from, DateTimeOffset? to, int limit, CancellationToken cancellationToken) =>
        memory.AskAsync(
            db,
            $"{limit} by reviewer {from?.UtcTicks} {to?.UtcTicks}",
            () => CountAsync(Reviewed(from, to).Where(row => row.ReviewedBy != null).Select(row => new LabelledValue { Value = row.ReviewedBy, Status = row.EvalStatus }), limit, cancellationToken),
            cancellationToken);

    private async Task<IReadOnlyList<ValueNumbers>> CountFieldAsync(SessionFacet facet, SessionFilter filter, int limit, CancellationToken cancellationToken)
    {
        var rows = db.Where(filter);
        var values = facet switch
        {
            SessionFacet.Author => rows.Select(row => new LabelledValue { Value = row.Author, Status = row.EvalStatus }),
            SessionFacet.Model => rows.Select(row => new LabelledValue { Value = row.Model, Status = row.EvalStatus }),
            SessionFacet.Tag => rows.SelectMany(row => row.Tags, (row, tag) => new LabelledValue { Value = tag.Tag, Status = row.EvalStatus }),
            _ => throw new ArgumentOutOfRangeException(nameof(facet), facet, null),
        };
        return await CountAsync(values, limit, cancellationToken);
    }

    private IQueryable<SessionRow> Reviewed(DateTimeOffset? from, DateTimeOffset? to) =>
        db.Sessions.Where(row => row.ReviewedAt != null && (from == null || row.ReviewedAt >= from) && (to == null || row.ReviewedAt < to));

    private static async Task<IReadOnlyList<ValueNumbers>> CountAsync(IQueryable<LabelledValue> values, int limit, CancellationToken cancellationToken) =>
        [.. (await values.GroupBy(row => row.Value)
            .Select(group => new
            {
                group.Key,
                All = group.LongCount(),
                Golden = group.LongCount(row => row.Status == EvalStatus.Golden),
                Correct = group.LongCount(row => row.Status == EvalStatus.Correct),
                Incorrect = group.LongCount(row => row.Status == EvalStatus.Incorrect),
                NeedsReview = group.LongCount(row => row.Status == EvalStatus.NeedsReview),
            })
            .OrderByDescending(group => group.All).ThenBy(group => group.Key)
            .Take(limit)
            .ToListAsync(cancellationToken))
            .Select(group => new ValueNumbers(group.Key, new StatusNumbers(
                group.Golden, group.Correct, group.Incorrect, group.NeedsReview, group.All - group.Golden - group.Correct - group.Incorrect - group.NeedsReview)))];

    private Task<T> RememberAsync<T>(string question, SessionFilter filter, Func<Task<T>> count, CancellationToken cancellationToken)
        where T : notnull =>
        filter.Key is { } key ? memory.AskAsync(db, $"{question}\u001d{key}", count, cancellationToken) : count();

    private static IReadOnlyList<DayNumbers> ByDay(IEnumerable<(DateTime Day, EvalStatus? Status, long Count)> groups) =>
        [.. groups.GroupBy(group => DateOnly.FromDateTime(group.Day))
            .Select(day => new DayNumbers(day.Key, day.Aggregate(StatusNumbers.None, (numbers, group) => numbers.With(group.Status, group.Count))))
            .OrderBy(day => day.Day)];

    private sealed record LabelledValue
    {
        public string? Value { get; init; }

        public EvalStatus? Status { get; init; }
    }
}

/// <summary>Sessions and what they took.</summary>
/// <param name="Cost">US dollars; null when no session says it.</param>
public sealed record SessionTotals(long Sessions, long EvalReady, long Labelled, long PromptTokens, long CompletionTokens, decimal? Cost);

/// <summary>Sessions of a day, in UTC.</summary>
public sealed record DayNumbers(DateOnly Day, StatusNumbers Numbers);

/// <summary>Sessions that have a value of a field; null is for those that have none.</summary>
public sealed record ValueNumbers(string? Value, StatusNumbers Numbers);
