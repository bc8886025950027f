using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Packages;

/// <summary>What of a dataset is exported.</summary>
/// <param name="Sections">Empty for all; repeated ones count once.</param>
/// <param name="Run">Its results go along, and its version of the dataset is exported unless another one is named.</param>
/// <param name="Version">Null for the newest, or the run's.</param>
public sealed record PackageRequest(DatasetId Dataset, IReadOnlyList<string> Sections, string? Run, int? Version);
