using System.Text.Json;

namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>A level of a declared scale. The score falls evenly with the distance: all for the level itself, nothing for the other end of the scale seen from one end.</summary>
internal sealed class OrdinalRule : CriterionRule
{
    private readonly IReadOnlyList<string> levels;
    private readonly int reference;

    private OrdinalRule(IReadOnlyList<string> levels, int reference)
    {
        this.levels = levels;
        this.reference = reference;
    }

    public static OrdinalRule? From(Criterion criterion, JsonElement? answer, out RuleProblem? problem)
    {
        List<string> names = [.. (criterion.Config?.Levels ?? []).Select(FoldedText.OfAnswer)];
        if (names.Count < 2)
        {
            problem = new RuleProblem(criterion.Config is null ? "" : "/config", "An ordinal criterion needs \"config.levels\": the names of two or more levels, from one end of the scale to the other.");
            return null;
        }

        if (names.Contains("") || names.Distinct().Count() != names.Count)
        {
            problem = new RuleProblem("/config/levels", "The names of the levels must differ, and none may be empty.");
            return null;
        }

        var expected = Reference(criterion, answer) is { } given && Scalar(given) is { } text ? names.IndexOf(FoldedText.OfAnswer(text)) : -1;
        problem = expected >= 0 ? null : new RuleProblem(ReferencePath(criterion), "An ordinal criterion needs one of its levels to compare with: in \"config.value\", or as the \"answer\" of its task.");
        return problem is null ? new OrdinalRule(names, expected) : null;
    }

    public override decimal Score(string response) =>
        Level(AnswerText.Of(response)) is { } level ? Full * (levels.Count - 1 - Math.Abs(level - reference)) / (levels.Count - 1) : 0;

    /// <summary>The level that the answer is, or the last one that it names and does not deny.</summary>
    private int? Level(string answer)
    {
        var whole = FoldedText.OfAnswer(answer);
        for (var i = 0; i < levels.Count; i++)
        {
            if (levels[i] == whole)
            {
                return i;
            }
        }

        var text = FoldedText.Of(answer);
        (int Level, int End, int Length)? last = null;
        foreach (var (index, name) in levels.Index())
        {
            var at = Phrases.LastAffirmed(text, name);
            // "Very good" is not "good": of those that end at the same place the longest is meant.
            if (at >= 0 && (last is not { } found || at + name.Length > found.End || (at + name.Length == found.End && name.Length > found.Length)))
            {
                last = (index, at + name.Length, name.Length);
            }
        }

        return last?.Level;
    }
}
