using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Versions;

/// <summary>A subject that needs versions of datasets to stay: runs are bound to theirs.</summary>
public interface IVersionHold
{
    /// <summary>The versions of a dataset that must not be thinned.</summary>
    Task<IReadOnlyCollection<int>> HeldAsync(DatasetId dataset, CancellationToken cancellationToken);
}
