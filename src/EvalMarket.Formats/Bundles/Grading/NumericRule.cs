using System.Text.Json;

namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>A number within a tolerance.</summary>
internal sealed class NumericRule : CriterionRule
{
    private readonly NumberValue reference;
    private readonly decimal absolute;
    private readonly decimal relative;

    private NumericRule(NumberValue reference, CriterionConfig? config)
    {
        this.reference = reference;
        (absolute, relative) = (config?.AbsoluteTolerance ?? 0, config?.RelativeTolerance ?? 0);
    }

    public static NumericRule? From(Criterion criterion, JsonElement? answer, out RuleProblem? problem)
    {
        problem = null;
        if (criterion.Config?.Value is { } value)
        {
            if (Read(value) is { } number)
            {
                return new NumericRule(number, criterion.Config);
            }

            problem = new RuleProblem("/config/value", "This must be a number, or a text with exactly one.");
            return null;
        }

        if ((NumberText.Whole(criterion.Description) ?? (answer is { } given ? Read(given) : null)) is { } found)
        {
            return new NumericRule(found, criterion.Config);
        }

        problem = new RuleProblem("", "A numeric criterion needs a number to compare with: in \"config.value\", as its \"description\", or as the \"answer\" of its task (a number, or a text with exactly one).");
        return null;
    }

    public override decimal Score(string response)
    {
        var numbers = NumberText.All(AnswerText.Of(response));
        return numbers.Count > 0 && numbers[^1].IsNear(reference, absolute, relative) ? Full : 0;
    }

    private static NumberValue? Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Number:
                return NumberText.Whole(element.GetRawText());
            case JsonValueKind.String:
                var text = element.GetString()!;
                // Worked solutions in the manner of GSM8K end with "#### 72".
                var mark = text.LastIndexOf("####", StringComparison.Ordinal);
                var numbers = NumberText.All(mark >= 0 ? text[(mark + 4)..] : AnswerText.Of(text));
                return numbers.Count == 1 ? numbers[0] : null;
            default:
                return null;
        }
    }
}
