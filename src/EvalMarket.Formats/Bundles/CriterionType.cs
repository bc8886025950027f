using System.Diagnostics.CodeAnalysis;

namespace EvalMarket.Formats.Bundles;

/// <summary>How a criterion is judged. The numbers are stored and never change.</summary>
public enum CriterionType
{
    /// <summary>By a jury, or by the seller.</summary>
    Semantic = 1,

    /// <summary>Words, compared after Unicode and case folding.</summary>
    Lexical = 2,

    /// <summary>Yes or no.</summary>
    Binary = 3,

    /// <summary>A level of a declared scale.</summary>
    Ordinal = 4,

    /// <summary>A number within a tolerance.</summary>
    Numeric = 5,

    /// <summary>A pattern.</summary>
    Regex = 6,
}

/// <summary>Wire names of <see cref="CriterionType"/>.</summary>
public static class CriterionTypes
{
    public static IReadOnlyList<CriterionType> All { get; } =
        [CriterionType.Semantic, CriterionType.Lexical, CriterionType.Binary, CriterionType.Ordinal, CriterionType.Numeric, CriterionType.Regex];

    public static IReadOnlyList<string> WireNames { get; } = [.. All.Select(ToWire)];

    public static string ToWire(this CriterionType type) => type switch
    {
        CriterionType.Semantic => "semantic",
        CriterionType.Lexical => "lexical",
        CriterionType.Binary => "binary",
        CriterionType.Ordinal => "ordinal",
        CriterionType.Numeric => "numeric",
        CriterionType.Regex => "regex",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown type."),
    };

    public static bool TryParse([NotNullWhen(true)] string? text, out CriterionType type)
    {
        type = text switch
        {
            "semantic" => CriterionType.Semantic,
            "lexical" => CriterionType.Lexical,
            "binary" => CriterionType.Binary,
            "ordinal" => CriterionType.Ordinal,
            "numeric" => CriterionType.Numeric,
            "regex" => CriterionType.Regex,
            _ => default,
        };
        return type != default;
    }
}
