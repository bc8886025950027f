using System.Text.Json;

namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>Words, compared in their folded form.</summary>
internal sealed class LexicalRule : CriterionRule
{
    private static readonly char[] ListMarks = [',', ';', '|', '\n'];

    private readonly LexicalMode mode;
    private readonly IReadOnlyList<string> references;

    private LexicalRule(LexicalMode mode, IReadOnlyList<string> references)
    {
        this.mode = mode;
        this.references = references;
    }

    public static LexicalRule? From(Criterion criterion, JsonElement? answer, out RuleProblem? problem)
    {
        var asked = criterion.Config?.Mode ?? LexicalMode.Equals;
        var expected = References(Reference(criterion, answer), asked);
        problem = expected.Count > 0 ? null : new RuleProblem(
            ReferencePath(criterion), "A lexical criterion needs a text to compare with: in \"config.value\", or as the \"answer\" of its task (a text, a number, or a list of them).");
        return problem is null ? new LexicalRule(asked, expected) : null;
    }

    public override decimal Score(string response)
    {
        var answer = AnswerText.Of(response);
        bool isMet;
        if (mode == LexicalMode.Equals)
        {
            isMet = references.Contains(FoldedText.OfAnswer(answer));
        }
        else
        {
            var text = FoldedText.Of(answer);
            isMet = mode == LexicalMode.Any ? references.Any(reference => Phrases.IsAffirmed(text, reference)) : references.All(reference => Phrases.IsAffirmed(text, reference));
        }

        return isMet ? Full : 0;
    }

    private static List<string> References(JsonElement? reference, LexicalMode mode)
    {
        IEnumerable<string?> texts = reference switch
        {
            null => [],
            { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(Scalar),
            { } single => [Scalar(single)],
        };
        var given = texts.ToList();
        if (given.Contains(null))
        {
            return [];
        }

        // Several in one text: a list in words, or just words.
        if (mode is LexicalMode.Any or LexicalMode.All && reference is { ValueKind: JsonValueKind.String })
        {
            given = given[0]!.IndexOfAny(ListMarks) >= 0 ? [.. given[0]!.Split(ListMarks)] : [.. given[0]!.Split(' ')];
        }

        return [.. given.Select(text => FoldedText.OfAnswer(text!)).Where(text => text.Length > 0).Distinct()];
    }
}
