using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>A page of sessions without their messages.</summary>
/// <param name="Next">Where the next page begins; null on the last one.</param>
public sealed record SessionPage(IReadOnlyList<SessionRow> Items, SessionPlace? Next);

/// <summary>How many sessions match, by status.</summary>
public sealed record SessionCounts(long All, long EvalReady, IReadOnlyDictionary<EvalStatus, long> ByStatus)
{
    public long Of(EvalStatus status) => ByStatus.GetValueOrDefault(status);
}

/// <summary>How many sessions have the same label.</summary>
internal sealed record LabelGroup(bool EvalReady, EvalStatus? Status, long Count);

/// <summary>The labels of the sessions that match.</summary>
/// <param name="IsPart">Counted among the newest sessions only.</param>
internal sealed record LabelGroups(IReadOnlyList<LabelGroup> Groups, bool IsPart);

/// <summary>How many sessions match.</summary>
/// <param name="IsAtLeast">There are more: counting went only so far.</param>
public readonly record struct SessionTotal(long Number, bool IsAtLeast);

/// <summary>A value of a field and how many sessions have it.</summary>
public sealed record FacetValue(string Value, long Count);

/// <summary>The commonest values of a field.</summary>
/// <param name="Among">Counted among this many of the matching sessions only; null when among all.</param>
public sealed record FacetValues(IReadOnlyList<FacetValue> Items, long? Among);

/// <summary>What an import has brought.</summary>
/// <param name="At">When the first of its sessions came in.</param>
/// <param name="Sessions">How many of them are here.</param>
public sealed record ImportedPart(DateTimeOffset At, long Sessions);

/// <summary>Finds sessions in the index: lists, counts, facets, neighbours. Reads rows only, never files.</summary>
public sealed class SessionDirectory(EvalMarketDbContext db, SessionCountMemory memory, SessionFactMemory facts)
{
    /// <summary>Sessions that a search looks at one by one before it goes through the index of words or tags.</summary>
    private const int WalkLength = 500;

    /// <summary>Sessions that counts of common words look at.</summary>
    private const int CountedLength = 1_000;

    /// <summary>Of the first <see cref="WalkLength"/>, from how many on a word is common.</summary>
    private const int Common = WalkLength / 10;

    private readonly Dictionary<string, (SessionFilter Filter, bool IsPart)> narrowed = new(StringComparer.Ordinal);

    public bool HasFullTextSearch => db.HasFullTextSearch;

    /// <summary>Newest first, from the beginning.</summary>
    public Task<SessionPage> ListAsync(SessionFilter filter, SessionPlace? after, int limit, CancellationToken cancellationToken) =>
        ListAsync(filter, SessionOrder.Newest, after, limit, cancellationToken);

    /// <summary>A page of a list in an order.</summary>
    /// <param name="after">A place in this order, where the page begins.</param>
    public async Task<SessionPage> ListAsync(SessionFilter filter, SessionOrder order, SessionPlace? after, int limit, CancellationToken cancellationToken)
    {
        var ids = await FindAsync(filter, order, after, isBack: false, limit + 1, cancellationToken);
        var rows = await RowsAsync(ids.Take(limit), cancellationToken);
        return new SessionPage(rows, ids.Count > limit && rows.Count > 0 ? SessionPlace.Of(rows[^1], order) : null);
    }

    /// <summary>The page before a place in the list, in the list's order. Empty when nothing that comes before it matches.</summary>
    public async Task<IReadOnlyList<SessionRow>> ListBackAsync(SessionFilter filter, SessionPlace before, int limit, CancellationToken cancellationToken)
    {
        var ids = await FindAsync(filter, before.Order, before, isBack: true, limit, cancellationToken);
        ids.Reverse();
        return await RowsAsync(ids, cancellationToken);
    }

    /// <summary>Whether anything that matches comes before a place in the list.</summary>
    public async Task<bool> HasBeforeAsync(SessionFilter filter, SessionPlace place, CancellationToken cancellationToken) =>
        await FindAsync(filter, place.Order, place, isBack: true, 1, cancellationToken) is not [];

    /// <summary>The row with its tags; null when there is none (or it is not yours).</summary>
    public Task<SessionRow?> FindAsync(SessionId id, CancellationToken cancellationToken) =>
        db.Sessions.Where(row => row.Id == id)
            .Include(row => row.Tags.OrderBy(tag => tag.Ordinal))
            .AsNoTracking()
            .FirstOrDefaultAsync(cancellationToken);

    public Task<bool> ExistsAsync(SessionId id, CancellationToken cancellationToken) =>
        db.Sessions.AnyAsync(row => row.Id == id, cancellationToken);

    /// <summary>Exactly how many, however long that takes.</summary>
    public Task<int> CountAsync(SessionFilter filter, CancellationToken cancellationToken) =>
        db.Where(filter).CountAsync(cancellationToken);

    /// <summary>What imports have brought, as far as it is still here; those of which nothing is left are not in it.</summary>
    public async Task<IReadOnlyDictionary<JobId, ImportedPart>> ImportsAsync(IReadOnlyList<JobId> imports, CancellationToken cancellationToken) => imports.Count == 0
        ? new Dictionary<JobId, ImportedPart>()
        : await db.Where(new SessionFilter { Imports = imports })
            .GroupBy(row => row.ImportJob!.Value)
            .Select(group => new { group.Key, At = group.Min(row => row.ImportedAt), Count = group.LongCount() })
            .ToDictionaryAsync(part => part.Key, part => new ImportedPart(part.At, part.Count), cancellationToken);

    /// <summary>How many come before a place in the list, however long that takes.</summary>
    public async Task<long> CountBeforeAsync(SessionFilter filter, SessionPlace place, CancellationToken cancellationToken)
    {
        var (narrow, _) = await NarrowAsync(filter, cancellationToken);
        var count = 0L;
        foreach (var stretch in SessionColumn.Of(place.Order.Sort).Stretches(db.Where(narrow), place.Order.IsDescending, place.InColumn, isBack: true))
        {
            count += await stretch.LongCountAsync(cancellationToken);
        }

        return count;
    }

    /// <summary>How many, or at least how many where common words make counting slow.</summary>
    public async Task<SessionTotal> TotalAsync(SessionFilter filter, CancellationToken cancellationToken)
    {
        var (groups, isPart) = await GroupsAsync(filter, cancellationToken);
        return new SessionTotal(groups.Sum(group => group.Count), isPart);
    }

    public async Task<SessionCounts> CountByStatusAsync(SessionFilter filter, CancellationToken cancellationToken)
    {
        var (groups, _) = await GroupsAsync(filter, cancellationToken);
        return new SessionCounts(
            groups.Sum(group => group.Count),
            groups.Where(group => group.EvalReady).Sum(group => group.Count),
            groups.Where(group => group.Status is not null)
                .GroupBy(group => group.Status!.Value)
                .ToDictionary(group => group.Key, group => group.Sum(part => part.Count)));
    }

    /// <summary>
    /// How many match, by what labels are about. Where the database counts, it does so once for all narrowings by label: the frame, the lists, their
    /// views and facets and the progress of queues all ask about the same sessions.
    /// </summary>
    private async Task<(IReadOnlyList<LabelGroup> Groups, bool IsPart)> GroupsAsync(SessionFilter filter, CancellationToken cancellationToken)
    {
        var unlabelled = filter with { EvalReady = null, Statuses = [], Unlabelled = false };
        if (await facts.OfAsync(db, cancellationToken) is { } known)
        {
            // What labels narrow to is counted of the same part of the list as its whole: the numbers beside each other have to fit together.
            var (narrow, isPart) = await NarrowAsync(unlabelled, cancellationToken);
            if (SessionFacts.Knows(narrow))
            {
                return ([.. known.CountByLabel(narrow).Where(group => IsWanted(group, filter))], isPart);
            }
        }

        return await CountGroupsAsync(filter, unlabelled, cancellationToken);
    }

    private async Task<(IReadOnlyList<LabelGroup> Groups, bool IsPart)> CountGroupsAsync(SessionFilter filter, SessionFilter unlabelled, CancellationToken cancellationToken)
    {
        var known = await RememberAsync("labels", unlabelled, async () =>
        {
            var (narrow, isPart) = await NarrowAsync(unlabelled, cancellationToken);
            var groups = await db.Where(narrow)
                .GroupBy(row => new { row.EvalReady, row.EvalStatus })
                .Select(group => new LabelGroup(group.Key.EvalReady, group.Key.EvalStatus, group.LongCount()))
                .ToListAsync(cancellationToken);
            return new LabelGroups(groups, isPart);
        }, cancellationToken);
        return ([.. known.Groups.Where(group => IsWanted(group, filter))], known.IsPart);
    }

    private static bool IsWanted(LabelGroup group, SessionFilter filter) =>
        (filter.EvalReady is null || filter.EvalReady == group.EvalReady)
        && (filter.Statuses.Count == 0 || (group.Status is { } status && filter.Statuses.Contains(status)))
        && (!filter.Unlabelled || group.Status is null or EvalStatus.NeedsReview);

    /// <summary>The commonest values of a field among the sessions that match.</summary>
    public async Task<IReadOnlyList<FacetValue>> FacetAsync(SessionFacet facet, SessionFilter filter, int limit, CancellationToken cancellationToken) =>
        (await FacetAsync(facet, filter, null, limit, cancellationToken)).Items;

    /// <summary>The commonest values, or at common words those among the newest matches.</summary>
    /// <param name="part">Only values that hold this text; null for all.</param>
    public async Task<FacetValues> FacetAsync(SessionFacet facet, SessionFilter filter, string? part, int limit, CancellationToken cancellationToken)
    {
        if (await facts.OfAsync(db, cancellationToken) is { } known)
        {
            var (narrow, isPart) = await NarrowAsync(filter, cancellationToken);
            if (SessionFacts.Knows(narrow))
            {
                return new FacetValues(known.CountByValue(facet, narrow, part, limit), isPart ? narrow.Ids!.Count : null);
            }
        }

        return await CountFacetAsync(facet, filter, part, limit, cancellationToken);
    }

    private Task<FacetValues> CountFacetAsync(SessionFacet facet, SessionFilter filter, string? part, int limit, CancellationToken cancellationToken) =>
        RememberAsync($"{facet} {limit} {part}", filter, async () =>
        {
            var (narrow, isPart) = await NarrowAsync(filter, cancellationToken);
            var rows = db.Where(narrow);
            var values = facet switch
            {
                SessionFacet.Source => rows.Select(row => row.Source),
                SessionFacet.Author => rows.Select(row => row.Author),
                SessionFacet.Project => rows.Select(row => row.Project),
                SessionFacet.Model => rows.Select(row => row.Model),
                SessionFacet.Tag when narrow.IsEmpty => db.SessionTags.Select(tag => (string?)tag.Tag),
                SessionFacet.Tag => rows.SelectMany(row => row.Tags).Select(tag => (string?)tag.Tag),
                _ => throw new ArgumentOutOfRangeException(nameof(facet), facet, null),
            };
            if (part is not null)
            {
                var lower = part.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // It becomes lower() in the database, which knows no cultures.
                values = values.Where(value => value!.ToLower().Contains(lower));
#pragma warning restore CA1304, CA1311, CA1862
            }

            var found = await values.Where(value => value != null)
                .GroupBy(value => value!)
                .Select(group => new { group.Key, Count = group.LongCount() })
                .OrderByDescending(value => value.Count).ThenBy(value => value.Key)
                .Take(limit)
                .Select(value => new FacetValue(value.Key, value.Count))
                .ToListAsync(cancellationToken);
            return new FacetValues(found, isPart ? narrow.Ids!.Count : null);
        }, cancellationToken);

    /// <summary>The sessions before and after one in a list, for "previous" and "next".</summary>
    public async Task<(SessionId? Newer, SessionId? Older)> NeighboursAsync(SessionRow row, SessionFilter filter, SessionOrder order, CancellationToken cancellationToken)
    {
        var here = SessionPlace.Of(row, order);
        var before = await FindAsync(filter, order, here, isBack: true, 1, cancellationToken);
        var after = await FindAsync(filter, order, here, isBack: false, 1, cancellationToken);
        return (before is [var previous] ? previous : null, after is [var next] ? next : null);
    }

    /// <summary>
    /// The first sessions from a place on. Words and tags are in tables of their own, and a database cannot know whether to walk the sessions
    /// in order until enough match (right for common ones, endless for rare ones) or to take all matches from their index and sort them (right
    /// for rare ones): so a short walk is tried, and if that does not find enough they are rare enough for the other way.
    /// </summary>
    private async Task<List<SessionId>> FindAsync(SessionFilter filter, SessionOrder order, SessionPlace? from, bool isBack, int limit, CancellationToken cancellationToken)
    {
        if (filter.Ids is not null || (filter.Tags.Count == 0 && string.IsNullOrEmpty(filter.Query)))
        {
            return await WalkAsync(filter, order, from, isBack, limit, cancellationToken);
        }

        if (IsWordless(filter))
        {
            return [];
        }

        var columns = filter with { Query = null, Tags = [] };
        var first = await WalkAsync(columns, order, from, isBack, WalkLength, cancellationToken);
        var found = await MatchingAsync(filter, first, cancellationToken);
        return found.Count >= limit || first.Count < WalkLength
            ? [.. found.Take(limit)]
            : await WalkAsync(columns with { Ids = await MatchingAsync(filter, cancellationToken) }, order, from, isBack, limit, cancellationToken);
    }

    /// <summary>Ids alone: they are in the index of each order, and the rows are not.</summary>
    private async Task<List<SessionId>> WalkAsync(SessionFilter filter, SessionOrder order, SessionPlace? from, bool isBack, int limit, CancellationToken cancellationToken)
    {
        var ids = new List<SessionId>(Math.Min(limit, WalkLength));
        foreach (var stretch in SessionColumn.Of(order.Sort).Stretches(db.Where(filter), order.IsDescending, from?.InColumn, isBack))
        {
            var missing = limit - ids.Count;
            ids.AddRange(await stretch.Take(missing).Select(row => row.Id).ToListAsync(cancellationToken));
            if (ids.Count == limit)
            {
                break;
            }
        }

        return ids;
    }

    private async Task<IReadOnlyList<SessionRow>> RowsAsync(IEnumerable<SessionId> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.ToList();
        var rows = await db.Sessions.Where(row => wanted.Contains(row.Id))
            .Include(row => row.Tags.OrderBy(tag => tag.Ordinal))
            .AsNoTracking().AsSplitQuery()
            .ToDictionaryAsync(row => row.Id, cancellationToken);
        // One that was deleted since is left out.
        return [.. wanted.Where(rows.ContainsKey).Select(id => rows[id])];
    }

    /// <summary>Those of the sessions whose words and tags match, in the same order.</summary>
    private async Task<List<SessionId>> MatchingAsync(SessionFilter filter, List<SessionId> ids, CancellationToken cancellationToken)
    {
        // Of the words' own table: asked through the sessions, the database would rather look at all words there are.
        HashSet<SessionId> found = string.IsNullOrEmpty(filter.Query)
            ? [.. ids]
            : (await db.WhereWordsMatch(db.SessionWords.Where(row => ids.Contains(row.SessionId)), SearchWords.OfQuery(filter.Query))
                .Select(row => row.SessionId).ToListAsync(cancellationToken)).ToHashSet();
        if (filter.Tags is { Count: > 0 } tags)
        {
            found.IntersectWith(await db.SessionTags.Where(tag => ids.Contains(tag.SessionId) && tags.Contains(tag.Tag)).Select(tag => tag.SessionId).ToListAsync(cancellationToken));
        }

        return [.. ids.Where(found.Contains)];
    }

    /// <summary>All sessions whose words and tags match, from their indexes.</summary>
    private async Task<List<SessionId>> MatchingAsync(SessionFilter filter, CancellationToken cancellationToken)
    {
        var tagged = filter.Tags is { Count: > 0 } tags
            ? await db.SessionTags.Where(tag => tags.Contains(tag.Tag)).Select(tag => tag.SessionId).Distinct().ToListAsync(cancellationToken)
            : null;
        if (string.IsNullOrEmpty(filter.Query))
        {
            return tagged ?? [];
        }

        var found = await db.WhereWordsMatch(db.SessionWords, SearchWords.OfQuery(filter.Query)).Select(row => row.SessionId).ToListAsync(cancellationToken);
        return tagged is null ? found : [.. found.Intersect(tagged)];
    }

    /// <summary>
    /// A filter without words that counts the same, or, for common words, one that holds their matches among the newest sessions: whoever
    /// counts with it has to say so. Looking at each of a hundred thousand sessions' words takes a third of a second. One search is narrowed once a request.
    /// </summary>
    private async Task<(SessionFilter Filter, bool IsPart)> NarrowAsync(SessionFilter filter, CancellationToken cancellationToken)
    {
        if (filter.Ids is not null || string.IsNullOrEmpty(filter.Query))
        {
            return (filter, false);
        }

        if (filter.Key is not { } key || !narrowed.TryGetValue(key, out var known))
        {
            known = await NarrowAnewAsync(filter, cancellationToken);
            if (filter.Key is { } now)
            {
                narrowed[now] = known;
            }
        }

        return known;
    }

    private async Task<(SessionFilter Filter, bool IsPart)> NarrowAnewAsync(SessionFilter filter, CancellationToken cancellationToken)
    {

        if (IsWordless(filter))
        {
            return (new SessionFilter { Ids = [] }, false);
        }

        var columns = filter with { Query = null, Tags = [] };
        var first = await WalkAsync(columns, SessionOrder.Newest, null, isBack: false, WalkLength, cancellationToken);
        var found = await MatchingAsync(filter, first, cancellationToken);
        if (first.Count < WalkLength)
        {
            return (new SessionFilter { Ids = found }, false);
        }

        if (found.Count >= Common)
        {
            first = await WalkAsync(columns, SessionOrder.Newest, null, isBack: false, CountedLength, cancellationToken);
            return (new SessionFilter { Ids = await MatchingAsync(filter, first, cancellationToken) }, first.Count == CountedLength);
        }

        var all = await MatchingAsync(filter, cancellationToken);
        return (columns with { Ids = all }, false);
    }

    /// <summary>Only punctuation was typed: nothing has that as a word.</summary>
    private static bool IsWordless(SessionFilter filter) => filter.Query is { Length: > 0 } query && SearchWords.OfQuery(query).Count == 0;

    private Task<T> RememberAsync<T>(string question, SessionFilter filter, Func<Task<T>> count, CancellationToken cancellationToken)
        where T : notnull =>
        filter.Key is { } key ? memory.AskAsync(db, $"{question}\u001d{key}", count, cancellationToken) : count();
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
