using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Runs;

/// <summary>A run shows its items as they were in the version that it ran on, and is exported with it.</summary>
internal sealed class RunVersionHold(EvalMarketDbContext db) : IVersionHold
{
    public async Task<IReadOnlyCollection<int>> HeldAsync(DatasetId dataset, CancellationToken cancellationToken) =>
        await db.Runs.Where(row => row.DatasetId == dataset).Select(row => row.DatasetVersion).Distinct().ToListAsync(cancellationToken);
}
