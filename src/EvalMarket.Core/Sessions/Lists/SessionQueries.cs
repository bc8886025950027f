using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>Turns filters into queries on the index.</summary>
internal static class SessionQueries
{
    public static IQueryable<SessionRow> Where(this EvalMarketDbContext db, SessionFilter filter)
    {
        IQueryable<SessionRow> rows = db.Sessions;
        if (filter.Ids is { } ids)
        {
            rows = rows.Where(row => ids.Contains(row.Id));
        }

        if (filter.Sources is { Count: > 0 } sources)
        {
            rows = rows.Where(row => sources.Contains(row.Source!));
        }

        if (filter.Authors is { Count: > 0 } authors)
        {
            rows = rows.Where(row => authors.Contains(row.Author!));
        }

        if (filter.Models is { Count: > 0 } models)
        {
            rows = rows.Where(row => models.Contains(row.Model!));
        }

        if (filter.Projects is { Count: > 0 } projects)
        {
            rows = rows.Where(row => projects.Contains(row.Project!));
        }

        if (filter.Tags is { Count: > 0 } tags)
        {
            rows = rows.Where(row => row.Tags.Any(tag => tags.Contains(tag.Tag)));
        }

        if (filter.EvalReady is { } ready)
        {
            rows = rows.Where(row => row.EvalReady == ready);
        }

        if (filter.Statuses is { Count: > 0 } statuses)
        {
            rows = rows.Where(row => statuses.Contains(row.EvalStatus!.Value));
        }

        if (filter.Unlabelled)
        {
            rows = rows.Where(row => row.EvalStatus == null || row.EvalStatus == EvalStatus.NeedsReview);
        }

        if (filter.ReviewedAt is { } reviewed)
        {
            var at = reviewed.Value;
            rows = rows.Where(row => row.ReviewedAt == at);
        }

        if (filter.Imports is { Count: > 0 } imports)
        {
            rows = rows.Where(row => imports.Contains(row.ImportJob!.Value));
        }

        if (filter.From is { } from)
        {
            rows = rows.Where(row => row.CreatedAt >= from);
        }

        if (filter.To is { } to)
        {
            rows = rows.Where(row => row.CreatedAt < to);
        }

        if (filter.Query is { Length: > 0 } query)
        {
            var words = SearchWords.OfQuery(query);
            // Only punctuation was typed: nothing has that as a word.
            rows = words.Count == 0 ? rows.Where(_ => false) : db.WhereWordsMatch(rows, words);
        }

        return rows;
    }

    /// <summary>Oldest first: the order of exports.</summary>
    public static IQueryable<SessionRow> AfterInTime(this IQueryable<SessionRow> rows, SessionPosition? position) =>
        (position is { } p
            ? rows.Where(row => row.CreatedAt >= p.CreatedAt && (row.CreatedAt > p.CreatedAt || row.Id > p.Id))
            : rows).OrderBy(row => row.CreatedAt).ThenBy(row => row.Id);
}

/// <summary>A place in the order of exports: where a page ends and the next begins.</summary>
public readonly record struct SessionPosition(DateTimeOffset CreatedAt, SessionId Id);
