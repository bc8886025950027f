using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions;

/// <summary>A page of sessions without their messages.</summary>
/// <param name="Next">Where the next page begins; null on the last one.</param>
public sealed record SessionPage(IReadOnlyList<SessionRow> Items, SessionPosition? Next);

/// <summary>How many sessions match, by status.</summary>
public sealed record SessionCounts(long All, long EvalReady, IReadOnlyDictionary<EvalStatus, long> ByStatus)
{
    public long Of(EvalStatus status) => ByStatus.GetValueOrDefault(status);
}

/// <summary>A value of a field and how many sessions have it.</summary>
public sealed record FacetValue(string Value, long Count);

/// <summary>Finds sessions in the index: lists, counts, facets, neighbours. Reads rows only, never files.</summary>
public sealed class SessionDirectory(EvalMarketDbContext db)
{
    public bool HasFullTextSearch => db.HasFullTextSearch;

    /// <summary>Newest first.</summary>
    public async Task<SessionPage> ListAsync(SessionFilter filter, SessionPosition? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await db.Where(await db.NarrowAsync(filter, cancellationToken)).BeforeInTime(after)
            .Take(limit + 1)
            .Include(row => row.Tags.OrderBy(tag => tag.Ordinal))
            .AsNoTracking().AsSplitQuery()
            .ToListAsync(cancellationToken);
        return rows.Count <= limit
            ? new SessionPage(rows, null)
            : new SessionPage(rows[..limit], new SessionPosition(rows[limit - 1].CreatedAt, rows[limit - 1].Id));
    }

    /// <summary>The page before a place in the list, in the list's order. Empty when nothing newer matches.</summary>
    public async Task<IReadOnlyList<SessionRow>> ListBackAsync(SessionFilter filter, SessionPosition before, int limit, CancellationToken cancellationToken)
    {
        var rows = await db.Where(filter).AfterInTime(before)
            .Take(limit)
            .Include(row => row.Tags.OrderBy(tag => tag.Ordinal))
            .AsNoTracking().AsSplitQuery()
            .ToListAsync(cancellationToken);
        rows.Reverse();
        return rows;
    }

    /// <summary>Whether anything that matches is newer than a place in the list.</summary>
    public Task<bool> HasNewerAsync(SessionFilter filter, SessionPosition place, CancellationToken cancellationToken) =>
        db.Where(filter).AfterInTime(place).AnyAsync(cancellationToken);

    /// <summary>The row with its tags; null when there is none (or it is not yours).</summary>
    public Task<SessionRow?> FindAsync(SessionId id, CancellationToken cancellationToken) =>
        db.Sessions.Where(row => row.Id == id)
            .Include(row => row.Tags.OrderBy(tag => tag.Ordinal))
            .AsNoTracking()
            .FirstOrDefaultAsync(cancellationToken);

    public Task<bool> ExistsAsync(SessionId id, CancellationToken cancellationToken) =>
        db.Sessions.AnyAsync(row => row.Id == id, cancellationToken);

    public Task<int> CountAsync(SessionFilter filter, CancellationToken cancellationToken) =>
        db.Where(filter).CountAsync(cancellationToken);

    public async Task<SessionCounts> CountByStatusAsync(SessionFilter filter, CancellationToken cancellationToken)
    {
        var groups = await db.Where(filter)
            .GroupBy(row => new { row.EvalReady, row.EvalStatus })
            .Select(group => new { group.Key.EvalReady, group.Key.EvalStatus, Count = group.LongCount() })
            .ToListAsync(cancellationToken);
        return new SessionCounts(
            groups.Sum(group => group.Count),
            groups.Where(group => group.EvalReady).Sum(group => group.Count),
            groups.Where(group => group.EvalStatus is not null)
                .GroupBy(group => group.EvalStatus!.Value)
                .ToDictionary(group => group.Key, group => group.Sum(part => part.Count)));
    }

    /// <summary>The commonest values of a field among the sessions that match.</summary>
    public async Task<IReadOnlyList<FacetValue>> FacetAsync(SessionFacet facet, SessionFilter filter, int limit, CancellationToken cancellationToken)
    {
        var rows = db.Where(filter);
        var values = facet switch
        {
            SessionFacet.Source => rows.Select(row => row.Source),
            SessionFacet.Author => rows.Select(row => row.Author),
            SessionFacet.Project => rows.Select(row => row.Project),
            SessionFacet.Model => rows.Select(row => row.Model),
            SessionFacet.Tag => rows.SelectMany(row => row.Tags).Select(tag => (string?)tag.Tag),
            _ => throw new ArgumentOutOfRangeException(nameof(facet), facet, null),
        };
        return await values.Where(value => value != null)
            .GroupBy(value => value!)
            .Select(group => new { group.Key, Count = group.LongCount() })
            .OrderByDescending(value => value.Count).ThenBy(value => value.Key)
            .Take(limit)
            .Select(value => new FacetValue(value.Key, value.Count))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The sessions before and after one in a list, for "previous" and "next".</summary>
    public async Task<(SessionId? Newer, SessionId? Older)> NeighboursAsync(SessionRow row, SessionFilter filter, CancellationToken cancellationToken)
    {
        var here = new SessionPosition(row.CreatedAt, row.Id);
        var newer = await db.Where(filter).AfterInTime(here).Select(other => (SessionId?)other.Id).FirstOrDefaultAsync(cancellationToken);
        var older = await db.Where(filter).BeforeInTime(here).Select(other => (SessionId?)other.Id).FirstOrDefaultAsync(cancellationToken);
        return (newer, older);
    }
}

/// <summary>Fields that lists can be narrowed by.</summary>
public enum SessionFacet
{
    Source,
    Author,
    Project,
    Model,
    Tag,
}
