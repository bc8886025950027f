using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>The workspace's own submissions, as much of them as their sellers reveal.</summary>
public sealed class SubmissionReports(EvalMarketDbContext db, SubmissionFiles files)
{
    /// <summary>Null when there is none (or it is not yours).</summary>
    public async Task<SubmissionView?> OpenAsync(SubmissionId id, CancellationToken cancellationToken)
    {
        if (await db.Submissions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } row)
            return null;
        var document = await files.ReadAsync(row, cancellationToken);
        return SubmissionView.Of(row, (await ListingsOfAsync([row.ListingId], cancellationToken)).GetValueOrDefault(row.ListingId), document);
    }

    /// <summary>Newest first, without tasks.</summary>
    public async Task<IReadOnlyList<SubmissionView>> ListAsync(ListingId? listing, SubmissionId? before, int limit, CancellationToken cancellationToken)
    {
        var rows = await db.Submissions.AsNoTracking().Where(row => (listing == null || row.ListingId == listing) && (before == null || row.Id < before.Value))
            .OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancellationToken);
        var names = await ListingsOfAsync([.. rows.Select(row => row.ListingId).Distinct()], cancellationToken);
        return [.. rows.Select(row => SubmissionView.Of(row, names.GetValueOrDefault(row.ListingId), null))];
    }

    /// <summary>How the listings are called. They are the sellers', so the tenant filter is left out; whoever answered one knows its name.</summary>
    private async Task<Dictionary<ListingId, ListingName>> ListingsOfAsync(IReadOnlyList<ListingId> ids, CancellationToken cancellationToken) =>
        await db.Listings.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).AsNoTracking().Where(row => ids.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => new ListingName(row.Slug, row.Title), cancellationToken);
}

/// <summary>How a listing is called.</summary>
public sealed record ListingName(string Slug, string Title);
