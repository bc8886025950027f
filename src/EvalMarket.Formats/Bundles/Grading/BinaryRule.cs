using System.Text.Json;

namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>Yes or no.</summary>
internal sealed class BinaryRule : CriterionRule
{
    private readonly bool reference;

    private BinaryRule(bool reference) => this.reference = reference;

    public static BinaryRule? From(Criterion criterion, JsonElement? answer, out RuleProblem? problem)
    {
        problem = null;
        var expected = Reference(criterion, answer) switch
        {
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            { } given when Scalar(given) is { } text => YesNo.Of(text),
            _ => null,
        };
        if (expected is { } known)
        {
            return new BinaryRule(known);
        }

        problem = new RuleProblem(ReferencePath(criterion), "A binary criterion needs yes or no (or true or false) to compare with: in \"config.value\", or as the \"answer\" of its task.");
        return null;
    }

    public override decimal Score(string response) => YesNo.Of(AnswerText.Of(response)) == reference ? Full : 0;
}
