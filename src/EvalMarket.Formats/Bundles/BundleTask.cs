namespace EvalMarket.Formats.Bundles;

/// <summary>One task of <c>tasks.json</c>, as buyers see it. Fields that it does not know stay in the file, which is kept as it was sent.</summary>
public sealed record BundleTask
{
    /// <summary>Unique in the bundle; compared ordinally.</summary>
    public required string TaskId { get; init; }

    /// <summary>The full prompt for the model.</summary>
    public required string TaskPrompt { get; init; }

    /// <summary>Name of the file in the reference archive that belongs to it; empty for none.</summary>
    public string ReferenceFile { get; init; } = "";
}
