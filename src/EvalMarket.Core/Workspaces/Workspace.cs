namespace EvalMarket.Core.Workspaces;

/// <summary>The tenant. Its slug is its name in addresses, folders and keys, and never changes; its display name may.</summary>
public sealed class Workspace
{
    /// <summary>3–40 characters of a–z, 0–9 and single hyphens.</summary>
    public required string Slug { get; init; }

    public required string Name { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Made by "Open the sample workspace"; its pages say so.</summary>
    public bool IsSample { get; init; }

    /// <summary>Grows with every change of content: taking it is taking the workspace's lock for the transaction.</summary>
    public long Revision { get; private set; }

    /// <summary>Number of the last label log file whose changes are in the index.</summary>
    public long LabelSequence { get; private set; }
}
