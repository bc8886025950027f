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
/// <param name="Previous">The page before ends before this place; null when there is none.</param>
/// <param name="Next">The page after begins behind this place; null when there is none.</param>
public sealed record DatasetPage(IReadOnlyList<DatasetView> Items, OrderedPlace<DatasetId>? Previous, OrderedPlace<DatasetId>? Next);

/// <summary>Finds datasets in the index. Deleted ones are not there, but for <see cref="DeletedAsync"/>.</summary>
public sealed class DatasetDirectory(EvalMarketDbContext db)
{
    /// <summary>The first page, the newest first.</summary>
    public Task<DatasetPage> ListAsync(int limit, CancellationToken cancellationToken) => ListAsync(null, DatasetOrder.Newest, null, limit, cancellationToken);

    /// <summary>The page after a place, or the first one.</summary>
    /// <param name="name">Part of the name, in any case; null for all.</param>
    /// <param name="after">A place in this order.</param>
    public async Task<DatasetPage> ListAsync(string? name, DatasetOrder order, OrderedPlace<DatasetId>? after, int limit, CancellationToken cancellationToken)
    {
        var found = await WalkAsync(name, order, after, isBack: false, limit + 1, cancellationToken);
        var page = found.Take(limit).ToList();
        return new DatasetPage(
            await WithSectionsAsync(db, page, cancellationToken), after is null || page.Count == 0 ? null : PlaceOf(page[0], order), found.Count > limit ? PlaceOf(page[^1], order) : null);
    }

    /// <summary>The page before a place, in the order of the list.</summary>
    public async Task<DatasetPage> ListBackAsync(string? name, DatasetOrder order, OrderedPlace<DatasetId> before, int limit, CancellationToken cancellationToken)
    {
        var found = await WalkAsync(name, order, before, isBack: true, limit + 1, cancellationToken);
        var page = found.Take(limit).Reverse().ToList();
        return new DatasetPage(
            await WithSectionsAsync(db, page, cancellationToken), found.Count > limit ? PlaceOf(page[0], order) : null, page.Count == 0 ? null : PlaceOf(page[^1], order));
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

    private static OrderedPlace<DatasetId> PlaceOf(DatasetRow row, DatasetOrder order) => new(order.InColumn.KeyOf(row), row.Id);

    private async Task<List<DatasetRow>> WalkAsync(string? name, DatasetOrder order, OrderedPlace<DatasetId>? from, bool isBack, int limit, CancellationToken cancellationToken)
    {
        var rows = db.Datasets.AsNoTracking().Where(row => row.DeletedAt == null);
        if (!string.IsNullOrEmpty(name))
        {
            var lower = name.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // It becomes lower() in the database, which knows no cultures.
            rows = rows.Where(row => row.Name.ToLower().Contains(lower));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var found = new List<DatasetRow>();
        foreach (var stretch in order.InColumn.Stretches(rows, order.IsDescending, from, isBack))
        {
            found.AddRange(await stretch.Take(limit - found.Count).ToListAsync(cancellationToken));
        }

        return found;
    }

    private static async Task<List<DatasetView>> WithSectionsAsync(EvalMarketDbContext db, IReadOnlyList<DatasetRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(row => row.Id).ToList();
        var sections = (await db.DatasetSections.AsNoTracking().Where(section => ids.Contains(section.DatasetId)).OrderBy(section => section.Ordinal)
            .ToListAsync(cancellationToken)).ToLookup(section => section.DatasetId);
        return [.. rows.Select(row => new DatasetView(row, [.. sections[row.Id].Select(section => new SectionView(section.Id, section.Name, section.ItemCount))]))];
    }
}
