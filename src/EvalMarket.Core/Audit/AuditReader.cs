using System.Globalization;
using EvalMarket.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Audit;

/// <summary>Reads what was written down in the workspace that the scope has entered, the newest first.</summary>
public sealed class AuditReader(EvalMarketDbContext database)
{
    /// <summary>A page of records. A cursor that is none begins at the newest.</summary>
    /// <param name="cursor"><see cref="AuditPage.Next"/> of the page before; null for the first.</param>
    public async Task<AuditPage> ReadAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        IQueryable<AuditRecord> records = database.AuditRecords.AsNoTracking();
        if (Parse(cursor) is var (at, id))
            records = records.Where(row => row.At < at || (row.At == at && row.Id.CompareTo(id) < 0));
        var rows = await records.OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Take(limit + 1).ToListAsync(cancellationToken);
        if (rows.Count <= limit)
            return new AuditPage(rows, null);

        rows.RemoveAt(limit);
        var last = rows[^1];
        return new AuditPage(rows, string.Create(CultureInfo.InvariantCulture, $"{last.At.UtcTicks}.{last.Id:n}"));
    }

    private static (DateTimeOffset At, Guid Id)? Parse(string? cursor) =>
        cursor?.Split('.') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks
        && Guid.TryParseExact(id, "n", out var guid)
            ? (new DateTimeOffset(at, TimeSpan.Zero), guid)
            : null;
}

/// <summary>Some records, and where to go on; null at the end.</summary>
public sealed record AuditPage(IReadOnlyList<AuditRecord> Records, string? Next);
