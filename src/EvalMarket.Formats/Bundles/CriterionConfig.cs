using System.Text.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>How a criterion by rule is applied, where its description and the answer do not say.</summary>
public sealed record CriterionConfig
{
    /// <summary>What the response is compared with: text, number, true or false, or a list of texts; wins over description and answer.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>Of lexical criteria.</summary>
    public LexicalMode? Mode { get; init; }

    /// <summary>How far from the reference a number may lie, 0 or more.</summary>
    public decimal? AbsoluteTolerance { get; init; }

    /// <summary>The same as a share of the reference: 0.05 is five percent.</summary>
    public decimal? RelativeTolerance { get; init; }

    /// <summary>Names of the levels of a scale, from one end to the other.</summary>
    public IReadOnlyList<string> Levels { get; init; } = [];
}
