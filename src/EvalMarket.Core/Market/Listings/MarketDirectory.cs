using System.Globalization;
using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Listings;

/// <summary>
/// The market as somebody sees it: a visitor, or a workspace. It is the one subject that is read across workspaces, so its queries leave the tenant filter out by name and say instead
/// what may be seen: what is in the market, what the workspace sells, what it holds.
/// </summary>
public sealed class MarketDirectory(EvalMarketDbContext db, Tenant tenant)
{
    /// <summary>A listing by its address, if the caller may see it: in the market, or by its address, or one's own, or held. Null otherwise, which is as if it never was.</summary>
    public async Task<ListingRow?> FindAsync(string slug, CancellationToken cancellationToken)
    {
        var row = await Everywhere.Include(one => one.Tags).SingleOrDefaultAsync(one => one.Slug == slug, cancellationToken);
        return row is not null && await MaySeeAsync(row, cancellationToken) ? row : null;
    }

    /// <summary>A listing that something of the workspace is about, however it stands now; null when it is gone.</summary>
    public Task<ListingRow?> FindAsync(ListingId id, CancellationToken cancellationToken) =>
        Everywhere.Include(one => one.Tags).SingleOrDefaultAsync(one => one.Id == id, cancellationToken);

    /// <summary>A version; the one in the market when none is named. Null when there is none.</summary>
    public async Task<MarketVersion?> VersionAsync(ListingRow listing, int? version, CancellationToken cancellationToken)
    {
        var number = version ?? listing.Version;
        var found = await AllVersions.SingleOrDefaultAsync(row => row.ListingId == listing.Id && row.Number == number, cancellationToken);
        return found is null ? null : Read(found);
    }

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<MarketVersion>> VersionsAsync(ListingRow listing, CancellationToken cancellationToken) =>
        [.. (await AllVersions.Where(row => row.ListingId == listing.Id).OrderByDescending(row => row.Number).ToListAsync(cancellationToken)).Select(Read)];

    public async Task<IReadOnlyList<ListingRow>> ListAsync(MarketQuery query, int skip, int limit, CancellationToken cancellationToken)
    {
        var rows = Where(query);
        rows = query.Order switch
        {
            MarketOrder.Used => rows.OrderByDescending(row => row.Runs).ThenByDescending(row => row.Id),
            MarketOrder.Price => rows.OrderBy(row => row.Price).ThenByDescending(row => row.Id),
            MarketOrder.Title => rows.OrderBy(row => row.Title).ThenByDescending(row => row.Id),
            _ => rows.OrderByDescending(row => row.PublishedAt ?? row.CreatedAt).ThenByDescending(row => row.Id),
        };
        return await rows.Include(row => row.Tags).AsSplitQuery().Skip(skip).Take(limit).ToListAsync(cancellationToken);
    }

    public Task<int> CountAsync(MarketQuery query, CancellationToken cancellationToken) => Where(query).CountAsync(cancellationToken);

    /// <summary>Tags of the market with how many listings have them, the commonest first.</summary>
    public async Task<IReadOnlyList<(string Tag, int Count)>> TagsAsync(int limit, CancellationToken cancellationToken)
    {
        var published = Everywhere.Where(row => row.Status == ListingStatus.Published).Select(row => row.Id);
        // Tags of what is in the market, whoever sells it.
        var tags = await db.ListingTags.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).AsNoTracking()
            .Where(tag => published.Contains(tag.ListingId)).GroupBy(tag => tag.Tag)
            .Select(group => new { Tag = group.Key, Count = group.Count() })
            .OrderByDescending(group => group.Count).ThenBy(group => group.Tag).Take(limit).ToListAsync(cancellationToken);
        return [.. tags.Select(tag => (tag.Tag, tag.Count))];
    }

    /// <summary>Changes with everything that a visitor's page of the market shows.</summary>
    public async Task<string> StampAsync(CancellationToken cancellationToken)
    {
        var published = Everywhere.Where(row => row.Status == ListingStatus.Published);
        var count = await published.CountAsync(cancellationToken);
        var changed = count == 0 ? default : await published.MaxAsync(row => row.ChangedAt, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{count}-{changed.UtcTicks}");
    }

    /// <summary>The best submission of each name and model on the leaderboard, the best first.</summary>
    public async Task<IReadOnlyList<LeaderboardEntry>> LeaderboardAsync(ListingRow listing, int limit, CancellationToken cancellationToken)
    {
        // Submissions of other workspaces, and of them only what they chose to show.
        var entries = await db.Submissions.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).AsNoTracking()
            .Where(row => row.ListingId == listing.Id && row.LeaderboardName != null && row.Status == SubmissionStatus.Completed && row.Score != null)
            .OrderByDescending(row => row.Score).ThenBy(row => row.CreatedAt).Take(limit * 10)
            .Select(row => new { Name = row.LeaderboardName!, row.Model, Score = row.Score!.Value, row.PassRate, row.CreatedAt, row.CompletedAt, row.ListingVersion, row.TaskCount, row.Reveal })
            .ToListAsync(cancellationToken);
        // Places go by what is told: the order of equal scores must not say which is a little better.
        return
        [
            .. entries.Select(row => (Row: row, Score: ScoreRounding.Overall(row.Score, row.TaskCount, row.Reveal)))
                .OrderByDescending(one => one.Score).ThenBy(one => one.Row.CreatedAt)
                .DistinctBy(one => (one.Row.Name, one.Row.Model)).Take(limit)
                .Select((one, index) => new LeaderboardEntry(
                    index + 1, one.Row.Name, one.Row.Model, one.Score, ScoreRounding.Rate(one.Row.PassRate, one.Row.TaskCount, one.Row.Reveal), one.Row.CompletedAt, one.Row.ListingVersion)),
        ];
    }

    /// <summary>Whether the workspace that was entered sells it.</summary>
    public bool IsSeller(ListingRow listing) => tenant.Workspace == listing.Workspace;

    private IQueryable<ListingRow> Everywhere => db.Listings.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).AsNoTracking();

    private IQueryable<ListingVersionRow> AllVersions => db.ListingVersions.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).AsNoTracking();

    private static MarketVersion Read(ListingVersionRow row) => JsonSerializer.Deserialize(row.Facts, ListingJson.Default.MarketVersion)! with { Nonce = row.Nonce };

    private async Task<bool> MaySeeAsync(ListingRow row, CancellationToken cancellationToken) => row.Status switch
    {
        ListingStatus.Published or ListingStatus.Unlisted => true,
        _ when IsSeller(row) => true,
        ListingStatus.Archived => await db.Grants.AnyAsync(grant => grant.ListingId == row.Id && grant.Status == GrantStatus.Granted, cancellationToken),
        _ => false,
    };

    private IQueryable<ListingRow> Where(MarketQuery query)
    {
        var workspace = tenant.Workspace;
        // Named here, because a query that leaves a filter out leaves it out of all its parts.
        var held = db.Grants.Where(grant => grant.Workspace == workspace && grant.Status == GrantStatus.Granted).Select(grant => grant.ListingId);
        var rows = query.Scope switch
        {
            MarketScope.Own => Everywhere.Where(row => row.Workspace == workspace),
            MarketScope.Held => Everywhere.Where(row => row.Status != ListingStatus.Draft && held.Contains(row.Id)),
            MarketScope.Free => Everywhere.Where(row => row.Status == ListingStatus.Published && row.Price == 0),
            _ => Everywhere.Where(row => row.Status == ListingStatus.Published),
        };
        foreach (var word in (query.Text ?? "").ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            rows = rows.Where(row => row.SearchText.Contains(word));
        foreach (var tag in query.Tags)
            rows = rows.Where(row => row.Tags.Any(one => one.Tag == tag));
        return HavingAny(HavingAny(rows, query.Grading), query.Files);
    }

    private static IQueryable<ListingRow> HavingAny(IQueryable<ListingRow> rows, IReadOnlyList<string> traits)
    {
        if (traits.Count == 0)
            return rows;
        var patterns = traits.Select(trait => $",{trait},").ToList();
        return rows.Where(row => patterns.Any(pattern => row.Traits.Contains(pattern)));
    }
}

/// <summary>A line of a leaderboard.</summary>
public sealed record LeaderboardEntry(int Rank, string Name, string? Model, decimal Score, decimal? PassRate, DateTimeOffset? At, int Version);
