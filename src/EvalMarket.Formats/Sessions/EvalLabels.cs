namespace EvalMarket.Formats.Sessions;

/// <summary>The eval fields of a session (seed: evals-export, "Eval metadata fields").</summary>
public sealed record EvalLabels
{
    public bool EvalReady { get; init; }

    public EvalStatus? Status { get; init; }

    public string? Notes { get; init; }

    /// <summary>In the order in which they were added, each once.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    public string? ExpectedOutput { get; init; }

    public DateTimeOffset? ReviewedAt { get; init; }

    public string? ReviewedBy { get; init; }
}
