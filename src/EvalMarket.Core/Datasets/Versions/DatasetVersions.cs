using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace EvalMarket.Core.Datasets.Versions;

/// <summary>Versions in a list, the newest first.</summary>
/// <param name="Next">The page after begins below this version; null when there is none.</param>
public sealed record VersionPage(IReadOnlyList<DatasetVersionRow> Items, int? Next);

/// <summary>The versions of a dataset, and their contents.</summary>
public sealed class DatasetVersions(EvalMarketDbContext db, DatasetFiles files, VersionMemory memory)
{
    /// <summary>The newest first.</summary>
    /// <param name="below">Where the page begins.</param>
    public async Task<VersionPage> ListAsync(DatasetId dataset, int? below, int limit, CancellationToken cancellationToken)
    {
        var rows = await db.DatasetVersions.AsNoTracking().Where(row => row.DatasetId == dataset && (below == null || row.Version < below))
            .OrderByDescending(row => row.Version).Take(limit + 1).ToListAsync(cancellationToken);
        var page = rows.Take(limit).ToList();
        return new VersionPage(page, rows.Count > limit ? page[^1].Version : null);
    }

    /// <summary>Null when there is none.</summary>
    public Task<DatasetVersionRow?> FindAsync(DatasetId dataset, int version, CancellationToken cancellationToken) =>
        db.DatasetVersions.AsNoTracking().FirstOrDefaultAsync(row => row.DatasetId == dataset && row.Version == version, cancellationToken);

    /// <summary>A version with the references of all its chunks: what exports read. Null when there is no such dataset or version.</summary>
    /// <param name="dataset">Not deleted.</param>
    /// <param name="version">Null for the newest.</param>
    /// <exception cref="Storage.StorageException">A file is missing or damaged.</exception>
    public async Task<DatasetContents?> OpenAsync(DatasetId dataset, int? version, CancellationToken cancellationToken)
    {
        var found = await db.Datasets.AsNoTracking().Where(row => row.Id == dataset && row.DeletedAt == null)
            .SelectMany(row => db.DatasetVersions.Where(each => each.DatasetId == row.Id && each.Version == (version ?? row.Version)))
            .FirstOrDefaultAsync(cancellationToken);
        return found is null ? null : await memory.GetAsync(found, files, cancellationToken);
    }
}

/// <summary>Contents of versions, which never change: kept while there is room.</summary>
public sealed class VersionMemory : IDisposable
{
    /// <summary>References of chunks, of all versions together.</summary>
    private const long MostChunks = 100_000;

    private readonly MemoryCache known = new(new MemoryCacheOptions { SizeLimit = MostChunks });

    internal async Task<DatasetContents> GetAsync(DatasetVersionRow version, DatasetFiles files, CancellationToken cancellationToken)
    {
        var key = (version.Workspace, version.DatasetId, version.Version, version.Hash);
        if (known.TryGetValue(key, out DatasetContents? contents))
        {
            return contents!;
        }

        contents = await files.ReadContentsAsync(version.Workspace, version.DatasetId, version.Version, version.Hash, cancellationToken);
        return known.Set(key, contents, new MemoryCacheEntryOptions { Size = 1 + contents.Sections.Sum(section => (long)section.Chunks.Count) });
    }

    public void Dispose() => known.Dispose();
}
