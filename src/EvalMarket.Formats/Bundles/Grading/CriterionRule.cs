using System.Text.Json;

namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>A criterion that is judged by rule.</summary>
internal abstract class CriterionRule
{
    public const decimal Full = 100;

    /// <summary>0–100 for a response as it was sent.</summary>
    public abstract decimal Score(string response);

    /// <summary>The rule; null for semantic criteria, and with a problem when the criterion has no usable reference.</summary>
    public static CriterionRule? Of(Criterion criterion, JsonElement? answer, out RuleProblem? problem)
    {
        problem = null;
        return criterion.Type switch
        {
            CriterionType.Lexical => LexicalRule.From(criterion, answer, out problem),
            CriterionType.Regex => RegexRule.From(criterion, out problem),
            CriterionType.Numeric => NumericRule.From(criterion, answer, out problem),
            CriterionType.Binary => BinaryRule.From(criterion, answer, out problem),
            CriterionType.Ordinal => OrdinalRule.From(criterion, answer, out problem),
            _ => null,
        };
    }

    /// <summary>Where the reference comes from: the config's value, else the answer.</summary>
    protected static JsonElement? Reference(Criterion criterion, JsonElement? answer) => criterion.Config?.Value ?? (answer is { ValueKind: not JsonValueKind.Null } given ? given : null);

    /// <summary>Where that is, for a problem.</summary>
    protected static string ReferencePath(Criterion criterion) => criterion.Config?.Value is null ? "" : "/config/value";

    /// <summary>A text, number, true or false as text; null for anything else.</summary>
    protected static string? Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };
}
