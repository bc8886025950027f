using System.Text.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>One answer of <c>answers.json</c>: a part of the key, which no buyer sees.</summary>
public sealed record BundleAnswer
{
    /// <summary>The task that it answers.</summary>
    public required string TaskId { get; init; }

    /// <summary>The correct output, any JSON; null when it is left out, which only bundles whose tasks stand in <c>prompts</c> may do.</summary>
    public JsonElement? Answer { get; init; }

    public string ReferenceFile { get; init; } = "";

    /// <summary>Names of tools that the task involves.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    public required IReadOnlyList<Criterion> Criteria { get; init; }

    /// <summary>0–100: the task is passed from this score on.</summary>
    public required decimal PassThreshold { get; init; }
}
