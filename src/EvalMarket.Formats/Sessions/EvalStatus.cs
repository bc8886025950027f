using System.Diagnostics.CodeAnalysis;

namespace EvalMarket.Formats.Sessions;

/// <summary>The four labels. Their wire names are in <see cref="EvalStatuses"/>; the numbers are stored and never change.</summary>
public enum EvalStatus
{
    /// <summary>Perfect response, suitable as ground truth.</summary>
    Golden = 1,

    /// <summary>Acceptable response.</summary>
    Correct = 2,

    /// <summary>Wrong or harmful response.</summary>
    Incorrect = 3,

    /// <summary>Not yet evaluated.</summary>
    NeedsReview = 4,
}

/// <summary>Wire names of <see cref="EvalStatus"/>.</summary>
public static class EvalStatuses
{
    public static IReadOnlyList<EvalStatus> All { get; } = [EvalStatus.Golden, EvalStatus.Correct, EvalStatus.Incorrect, EvalStatus.NeedsReview];

    public static IReadOnlyList<string> WireNames { get; } = [.. All.Select(ToWire)];

    public static string ToWire(this EvalStatus status) => status switch
    {
        EvalStatus.Golden => "golden",
        EvalStatus.Correct => "correct",
        EvalStatus.Incorrect => "incorrect",
        EvalStatus.NeedsReview => "needs_review",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Unknown status."),
    };

    public static bool TryParse([NotNullWhen(true)] string? text, out EvalStatus status)
    {
        status = text switch
        {
            "golden" => EvalStatus.Golden,
            "correct" => EvalStatus.Correct,
            "incorrect" => EvalStatus.Incorrect,
            "needs_review" => EvalStatus.NeedsReview,
            _ => default,
        };
        return status != default;
    }
}
