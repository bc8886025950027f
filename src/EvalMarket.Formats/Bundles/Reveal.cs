using System.Diagnostics.CodeAnalysis;

namespace EvalMarket.Formats.Bundles;

/// <summary>How much of a score the seller lets the buyer see. The numbers are stored and never change.</summary>
public enum Reveal
{
    /// <summary>Score and pass rate alone.</summary>
    Overall = 1,

    /// <summary>Also each task's.</summary>
    Task = 2,

    /// <summary>Also each criterion's.</summary>
    Criterion = 3,
}

/// <summary>Wire names of <see cref="Reveal"/>.</summary>
public static class Reveals
{
    public static IReadOnlyList<string> WireNames { get; } = ["overall", "task", "criterion"];

    public static string ToWire(this Reveal reveal) => reveal switch
    {
        Reveal.Overall => "overall",
        Reveal.Task => "task",
        Reveal.Criterion => "criterion",
        _ => throw new ArgumentOutOfRangeException(nameof(reveal), reveal, "Unknown level."),
    };

    public static bool TryParse([NotNullWhen(true)] string? text, out Reveal reveal)
    {
        reveal = text switch
        {
            "overall" => Reveal.Overall,
            "task" => Reveal.Task,
            "criterion" => Reveal.Criterion,
            _ => default,
        };
        return reveal != default;
    }
}
