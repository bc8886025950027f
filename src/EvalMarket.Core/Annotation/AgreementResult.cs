namespace EvalMarket.Core.Annotation;

/// <summary>Which κ a result is.</summary>
public enum AgreementMeasure
{
    Cohen,
    Fleiss,
}

/// <summary>A κ with what it is made of.</summary>
/// <param name="Value">(observed − expected) / (1 − expected), from −1 to 1. Null when there is nothing to compare, and when chance alone would agree always: everybody gave one label.</param>
/// <param name="Observed">The share of agreeing pairs; null when there is nothing to compare.</param>
/// <param name="Expected">What chance would give.</param>
public sealed record Kappa(double? Value, double? Observed, double? Expected)
{
    /// <summary>Below this the difference to certainty is the rounding of a computer's numbers.</summary>
    private const double Nothing = 1e-12;

    public static Kappa Of(double observed, double expected) =>
        new(1 - expected < Nothing ? null : (observed - expected) / (1 - expected), observed, expected);
}

/// <summary>How far raters agree on a category against all others.</summary>
/// <param name="Ratings">How often it was given, in units that count.</param>
public sealed record CategoryAgreement(long Ratings, Kappa Kappa);

/// <summary>How far two raters agree, by Cohen's κ over the units that both have rated.</summary>
public sealed record PairAgreement(string First, string Second, long Units, Kappa Kappa);

/// <summary>How far raters agree.</summary>
public sealed record AgreementResult
{
    public required AgreementMeasure Measure { get; init; }

    public required Kappa Overall { get; init; }

    /// <summary>By category.</summary>
    public required IReadOnlyList<CategoryAgreement> Categories { get; init; }

    public required IReadOnlyList<PairAgreement> Pairs { get; init; }

    /// <summary>How often two raters of a unit gave these two categories, row by row. Symmetric: who is first is no matter, and a pair that agrees counts once.</summary>
    public required IReadOnlyList<long> Coincidences { get; init; }

    /// <summary>Units with two ratings or more.</summary>
    public required long Units { get; init; }

    /// <summary>Units with one rating.</summary>
    public required long LeftOut { get; init; }

    /// <summary>Who rated units that count.</summary>
    public required int Raters { get; init; }

    public required int FewestRatings { get; init; }

    public required int MostRatings { get; init; }
}
