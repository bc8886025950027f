using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Runs;

namespace EvalMarket.Core.Runs;

/// <summary>The index entry of a run. (Version, Hash) is the commit point; a run that is completed never changes.</summary>
public sealed class RunRow : IWorkspaceOwned
{
    public const int NameLength = 200;

    public required string Workspace { get; init; }

    public required RunId Id { get; init; }

    public required DatasetId DatasetId { get; init; }

    /// <summary>The version of the dataset that it ran on.</summary>
    public required int DatasetVersion { get; init; }

    public required int Version { get; init; }

    /// <summary>First 12 hex digits of the document's SHA-256.</summary>
    public required string Hash { get; init; }

    public required string Name { get; init; }

    public string? Model { get; init; }

    public string? Provider { get; init; }

    public required RunStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public long Results { get; init; }

    public long Passed { get; init; }

    public long Failed { get; init; }

    public double? MeanScore { get; init; }

    /// <summary>Passed of those that were judged; null when none was.</summary>
    public double? PassRate => Passed + Failed == 0 ? null : (double)Passed / (Passed + Failed);
}

/// <summary>How an item did in a run, and where the line of its result is.</summary>
public sealed class RunResultRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required RunId RunId { get; init; }

    public required ItemId ItemId { get; init; }

    /// <summary>Index of the section among those of the run.</summary>
    public required int Section { get; init; }

    /// <summary>Index of the chunk in the section.</summary>
    public required int Chunk { get; init; }

    /// <summary>Line in the chunk, from 0.</summary>
    public required int Line { get; init; }

    public required RunOutcome Outcome { get; init; }

    public double? Score { get; init; }

    public double? LatencyMs { get; init; }
}

/// <summary>The numbers are stored, and order lists: what failed comes first.</summary>
public enum RunOutcome
{
    Failed = 1,
    Unjudged = 2,
    Passed = 3,
}
