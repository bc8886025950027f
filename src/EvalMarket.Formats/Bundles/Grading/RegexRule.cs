using System.Text.Json;
using System.Text.RegularExpressions;

namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>A pattern that is found in the answer. It cannot run away: without backtracking where that is possible, with a timeout always.</summary>
internal sealed class RegexRule : CriterionRule
{
    public const int MaxPatternLength = 10_000;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private readonly Regex pattern;
    private readonly bool isAboutMarker;

    private RegexRule(Regex pattern, bool isAboutMarker)
    {
        this.pattern = pattern;
        this.isAboutMarker = isAboutMarker;
    }

    public static RegexRule? From(Criterion criterion, out RuleProblem? problem)
    {
        problem = null;
        var path = criterion.Config?.Value is null ? "/description" : "/config/value";
        var text = criterion.Config?.Value is { } value ? value.ValueKind == JsonValueKind.String ? value.GetString() : null : criterion.Description;
        if (string.IsNullOrEmpty(text))
        {
            problem = new RuleProblem(path, "A regex criterion needs a pattern: in \"config.value\", or as its \"description\".");
            return null;
        }

        if (text.Length > MaxPatternLength)
        {
            problem = new RuleProblem(path, $"A pattern has at most {MaxPatternLength:N0} characters.");
            return null;
        }

        try
        {
            // Lookarounds, backreferences and very large counts need backtracking.
            return new RegexRule(Compile(text), text.Contains("answer", StringComparison.OrdinalIgnoreCase));
        }
        catch (RegexParseException exception)
        {
            problem = new RuleProblem(path, $"The pattern does not compile: {Describe(exception.Error)} at character {exception.Offset + 1}.");
            return null;
        }
    }

    public override decimal Score(string response)
    {
        try
        {
            // A pattern that speaks of the marker wants to see it.
            return pattern.IsMatch(isAboutMarker ? response : AnswerText.Of(response)) ? Full : 0;
        }
        catch (RegexMatchTimeoutException)
        {
            // What was not found in that time counts as not there: waiting longer would let one response hold up all.
            return 0;
        }
    }

    private static Regex Compile(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Timeout);
        }
        catch (NotSupportedException)
        {
            return new Regex(text, RegexOptions.CultureInvariant, Timeout);
        }
    }

    /// <summary>The framework's own message quotes the pattern, which is a part of the key.</summary>
    private static string Describe(RegexParseError error) =>
        string.Concat(error.ToString().Select((character, index) => char.IsUpper(character) && index > 0 ? $" {char.ToLowerInvariant(character)}" : $"{char.ToLowerInvariant(character)}"));
}
