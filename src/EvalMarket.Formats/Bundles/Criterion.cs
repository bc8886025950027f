namespace EvalMarket.Formats.Bundles;

/// <summary>One thing that is asked of a response.</summary>
public sealed record Criterion
{
    /// <summary>Unique in its answer.</summary>
    public required string Id { get; init; }

    /// <summary>Short label.</summary>
    public required string Name { get; init; }

    public required CriterionType Type { get; init; }

    /// <summary>What a correct response is; for <see cref="CriterionType.Regex"/> the pattern, when <see cref="Config"/> has none.</summary>
    public required string Description { get; init; }

    /// <summary>Percent; those of a task sum to 100.</summary>
    public required decimal Weight { get; init; }

    public string? Rationale { get; init; }

    /// <summary>What the jury is asked; semantic criteria have it.</summary>
    public string? SemanticPrompt { get; init; }

    public CriterionConfig? Config { get; init; }
}
