using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets;

/// <summary>A dataset and its sections.</summary>
public sealed record DatasetView(DatasetRow Row, IReadOnlyList<SectionView> Sections)
{
    public DatasetId Id => Row.Id;
}

/// <summary>A section and how many items it has.</summary>
public sealed record SectionView(SectionId Id, string Name, long ItemCount);

/// <summary>Datasets in a list.</summary>
/// <param name="Next">The page after begins behind this id; null when there is none.</param>
public sealed record DatasetPage(IReadOnlyList<DatasetView> Items, DatasetId? Next);

/// <summary>Finds datasets in the index. Deleted ones are not there, but for <see cref="DeletedAsync"/>.</summary>
public sealed class DatasetDirectory(EvalMarketDbContext db)
{
    /// <summary>Newest first.</summary>
    /// <param name="name">Part of the name, in any case; null for all.</param>
    /// <param name="after">Where the page begins.</param>
    public async Task<DatasetPage> ListAsync(string? name, DatasetId? after, int limit, CancellationToken cancellationToken)
    {
        var rows = db.Datasets.AsNoTracking().Where(row => row.DeletedAt == null && (after == null || row.Id < after.Value));
        if (!string.IsNullOrEmpty(name))
        {
            var lower = name.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // It becomes lower() in the database, which knows no cultures.
            rows = rows.Where(row => row.Name.ToLower().Contains(lower));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var found = await rows.OrderByDescending(row => row.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var page = found.Take(limit).ToList();
        return new DatasetPage(await WithSectionsAsync(db, page, cancellationToken), found.Count > limit ? page[^1].Id : null);
    }

    /// <summary>Null when there is none (or it is not yours, or it is deleted).</summary>
    public Task<DatasetView?> FindAsync(DatasetId id, CancellationToken cancellationToken) => FindAsync(db, id, cancellationToken);

    public Task<bool> ExistsAsync(DatasetId id, CancellationToken cancellationToken) => db.Datasets.AnyAsync(row => row.Id == id && row.DeletedAt == null, cancellationToken);

    /// <summary>Those that can still be brought back, the last deleted first.</summary>
    public Task<List<DatasetRow>> DeletedAsync(CancellationToken cancellationToken) =>
        db.Datasets.AsNoTracking().Where(row => row.DeletedAt != null).OrderByDescending(row => row.DeletedAt).ThenBy(row => row.Id).ToListAsync(cancellationToken);

    internal static async Task<DatasetView?> FindAsync(EvalMarketDbContext db, DatasetId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id && row.DeletedAt == null, cancellationToken);
            if (row is null)
            {
                return null;
            }

            var view = (await WithSectionsAsync(db, [row], cancellationToken))[0];
            // Sections of the same version: their counts are written with it.
            if (view.Sections.Sum(section => section.ItemCount) == row.ItemCount)
            {
                return view;
            }
        }
    }

    private static async Task<List<DatasetView>> WithSectionsAsync(EvalMarketDbContext db, IReadOnlyList<DatasetRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(row => row.Id).ToList();
        var sections = (await db.DatasetSections.AsNoTracking().Where(section => ids.Contains(section.DatasetId)).OrderBy(section => section.Ordinal)
            .ToListAsync(cancellationToken)).ToLookup(section => section.DatasetId);
        return [.. rows.Select(row => new DatasetView(row, [.. sections[row.Id].Select(section => new SectionView(section.Id, section.Name, section.ItemCount))]))];
    }
}
