using System.Text.Json;
using EvalMarket.Formats.Bundles.Grading;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>Reads one criterion and whether it can be applied.</summary>
internal static class CriterionReader
{
    private const int MaxLevels = 100;

    /// <summary>The criterion, or null when something is wrong with it.</summary>
    /// <param name="answer">Of its task, from which some types take their reference.</param>
    /// <param name="weight">Also of a criterion with other errors, for the sum.</param>
    public static Criterion? Read(JsonElement element, string path, JsonElement? answer, BundleFields fields, out decimal? weight)
    {
        weight = null;
        var checks = fields.Checks;
        if (element.ValueKind != JsonValueKind.Object)
        {
            checks.Add(path, "This must be a JSON object.");
            return null;
        }

        var before = checks.Noted;
        weight = fields.RequiredPercent(element, path, "weight");
        var id = fields.RequiredId(element, path, "id");
        var name = fields.RequiredText(element, path, "name");
        var typeName = fields.RequiredText(element, path, "type");
        if (!CriterionTypes.TryParse(typeName, out var type) && typeName is not null)
        {
            checks.Add(FieldChecks.At(path, "type"), $"Must be one of {string.Join(", ", CriterionTypes.WireNames)}.");
        }

        var description = fields.RequiredText(element, path, "description", mayBeEmpty: true);
        var semanticPrompt = fields.OptionalText(element, path, "semanticPrompt");
        if (type == CriterionType.Semantic && string.IsNullOrWhiteSpace(semanticPrompt) && !IsOfAnotherKind(element, "semanticPrompt"))
        {
            checks.Add(element.TryGetProperty("semanticPrompt", out _) ? FieldChecks.At(path, "semanticPrompt") : path, "A semantic criterion needs \"semanticPrompt\": what the jury is asked.");
        }

        var rationale = fields.OptionalText(element, path, "rationale");
        _ = fields.OptionalList(element, path, "examples");
        var config = ReadConfig(element, path, type, fields);
        if (checks.Noted != before)
        {
            return null;
        }

        var criterion = new Criterion
        {
            Id = id!,
            Name = name!,
            Type = type,
            Description = description!,
            Weight = weight!.Value,
            Rationale = rationale,
            SemanticPrompt = semanticPrompt,
            Config = config,
        };
        if (CriterionRule.Of(criterion, answer, out var problem) is null && problem is not null && !fields.IsAnswerMissing)
        {
            checks.Add(path + problem.Path, problem.Message);
            return null;
        }

        return criterion;
    }

    private static bool IsOfAnotherKind(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null);

    private static CriterionConfig? ReadConfig(JsonElement element, string path, CriterionType type, BundleFields fields)
    {
        if (!element.TryGetProperty("config", out var config) || config.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        path = FieldChecks.At(path, "config");
        if (config.ValueKind != JsonValueKind.Object)
        {
            fields.Checks.Add(path, "This must be a JSON object.");
            return null;
        }

        List<string> levels = [];
        foreach (var (level, levelPath) in fields.OptionalList(config, path, "levels"))
        {
            // Levels of numbers are named by them.
            var text = level.ValueKind == JsonValueKind.Number ? level.GetRawText() : fields.Checks.Text(level, levelPath, isName: true);
            if (text is not null)
            {
                levels.Add(text);
            }
        }

        if (levels.Count > MaxLevels)
        {
            fields.Checks.Add(FieldChecks.At(path, "levels"), $"At most {MaxLevels} levels.");
        }

        return new CriterionConfig
        {
            Value = config.Member("value")?.Clone(),
            Mode = ReadMode(config, path, type, fields),
            AbsoluteTolerance = Tolerance(config, path, "abs_tol", fields),
            RelativeTolerance = Tolerance(config, path, "rel_tol", fields),
            Levels = levels,
        };
    }

    private static LexicalMode? ReadMode(JsonElement config, string path, CriterionType type, BundleFields fields)
    {
        var text = fields.OptionalText(config, path, "mode");
        if (text is null || type != CriterionType.Lexical)
        {
            return null;
        }

        switch (text)
        {
            case "equals":
                return LexicalMode.Equals;
            case "contains":
                return LexicalMode.Contains;
            case "any":
                return LexicalMode.Any;
            case "all":
                return LexicalMode.All;
            default:
                fields.Checks.Add(FieldChecks.At(path, "mode"), "Must be one of equals, contains, any, all.");
                return null;
        }
    }

    private static decimal? Tolerance(JsonElement config, string path, string name, BundleFields fields) =>
        config.TryGetProperty(name, out var value) ? fields.Checks.Amount(value, FieldChecks.At(path, name)) : null;
}
