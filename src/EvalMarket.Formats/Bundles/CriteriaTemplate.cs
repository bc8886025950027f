using EvalMarket.Formats.Bundles.Grading;

namespace EvalMarket.Formats.Bundles;

/// <summary>How items of a dataset that have no criteria of their own are graded.</summary>
public sealed record CriteriaTemplate
{
    /// <summary>One criterion, by what the answer is.</summary>
    public static CriteriaTemplate Usual { get; } = new();

    public IReadOnlyList<CriterionTemplate> Criteria { get; init; } = [new CriterionTemplate()];

    /// <summary>0–100.</summary>
    public decimal PassThreshold { get; init; } = 100;

    /// <summary>Everything that is wrong with it, each with a JSON pointer.</summary>
    public IReadOnlyList<ContentError> Check()
    {
        List<ContentError> errors = [];
        if (Criteria.Count is 0 or > 20)
        {
            errors.Add(new ContentError("1 to 20 criteria.", "/criteria"));
        }

        foreach (var (index, criterion) in Criteria.Index())
        {
            if (string.IsNullOrWhiteSpace(criterion.Name) || criterion.Name.Length > 200)
            {
                errors.Add(new ContentError("A criterion needs a name of 1 to 200 characters.", $"/criteria/{index}/name"));
            }

            if (criterion.Weight is < 0 or > 100)
            {
                errors.Add(new ContentError("A weight is a number from 0 to 100.", $"/criteria/{index}/weight"));
            }

            if (criterion.Type == CriterionType.Ordinal)
            {
                errors.Add(new ContentError("A scale cannot be the same for all items: set it task by task.", $"/criteria/{index}/type"));
            }
            else if (criterion.Type == CriterionType.Regex && CriterionRule.Of(criterion.For("c", CriterionType.Regex), null, out var problem) is null)
            {
                errors.Add(new ContentError(problem?.Message ?? "The pattern does not compile.", $"/criteria/{index}/description"));
            }
        }

        if (Math.Abs(Criteria.Sum(criterion => criterion.Weight) - 100) > BundleAnswers.WeightTolerance)
        {
            errors.Add(new ContentError($"The weights of the criteria must sum to 100; they sum to {Criteria.Sum(criterion => criterion.Weight):0.####}.", "/criteria"));
        }

        if (PassThreshold is < 0 or > 100)
        {
            errors.Add(new ContentError("This must be a number from 0 to 100.", "/pass_threshold"));
        }

        return errors;
    }
}

/// <summary>One of its criteria.</summary>
public sealed record CriterionTemplate
{
    public string Name { get; init; } = "Answer";

    /// <summary>Null to go by what an item's answer is; that is also done where the answer does not fit the type.</summary>
    public CriterionType? Type { get; init; }

    public decimal Weight { get; init; } = 100;

    /// <summary>What a correct response is; the pattern of a regex.</summary>
    public string Description { get; init; } = "";

    /// <summary>The question to the jury; empty for the usual one.</summary>
    public string SemanticPrompt { get; init; } = "";

    internal Criterion For(string id, CriterionType type) => new() { Id = id, Name = Name, Type = type, Description = Description, Weight = Weight };
}
