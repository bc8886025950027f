using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>Reads <c>answers.json</c>, the key.</summary>
public static class BundleAnswers
{
    /// <summary>Name of the file, in messages and downloads.</summary>
    public const string FileName = "answers.json";

    /// <summary>Weights sum to 100, give or take this.</summary>
    public const decimal WeightTolerance = 0.01m;

    /// <summary>The answers of a file that <see cref="BundleCheck"/> found good, as a stream.</summary>
    /// <exception cref="InvalidDataException">It is not good. The message names the place and quotes nothing.</exception>
    public static async IAsyncEnumerable<BundleAnswer> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bounds = new BundleBounds { EntryBytes = int.MaxValue, IdLength = int.MaxValue, CriteriaPerTask = int.MaxValue };
        await foreach (var entry in BundleEntries.ReadAsync(stream, isTasks: false, bounds.EntryBytes, cancellationToken))
        {
            List<ContentError> errors = [];
            yield return (entry.Problem is null ? Read(entry.Element, entry.Path, errors, bounds, mayLackAnswer: true) : null)
                ?? throw new InvalidDataException($"{FileName} {entry.Path}: {(entry.Problem is null ? errors[0].Message : "This cannot be read.")}");
        }
    }

    /// <summary>One answer, or null when something is wrong with it.</summary>
    internal static BundleAnswer? Read(JsonElement element, string path, List<ContentError> errors, BundleBounds bounds, bool mayLackAnswer)
    {
        var fields = new BundleFields(errors, bounds);
        var before = errors.Count;
        JsonElement? given = element.TryGetProperty("answer", out var value) ? value.Clone() : null;
        if (given is null && !mayLackAnswer)
        {
            fields.Checks.Add(path, "\"answer\" is missing.");
            fields.IsAnswerMissing = true;
        }

        var answer = new BundleAnswer
        {
            TaskId = fields.RequiredId(element, path, "task_id") ?? "",
            Answer = given,
            ReferenceFile = fields.OptionalText(element, path, "reference_file") ?? "",
            Tools = [.. fields.OptionalList(element, path, "tools").Select(tool => fields.Checks.Text(tool.Value, tool.Path) ?? "")],
            Criteria = ReadCriteria(element, path, given, fields, bounds),
            PassThreshold = fields.RequiredPercent(element, path, "passThreshold") ?? 0,
        };
        return errors.Count == before ? answer : null;
    }

    private static List<Criterion> ReadCriteria(JsonElement element, string path, JsonElement? answer, BundleFields fields, BundleBounds bounds)
    {
        List<Criterion> criteria = [];
        var list = fields.Required(element, path, "criteria");
        if (list.ValueKind == JsonValueKind.Undefined)
        {
            return criteria;
        }

        var listPath = FieldChecks.At(path, "criteria");
        if (list.ValueKind != JsonValueKind.Array)
        {
            fields.Checks.Add(listPath, "This must be a list.");
            return criteria;
        }

        if (list.GetArrayLength() > bounds.CriteriaPerTask)
        {
            fields.Checks.Add(listPath, $"At most {bounds.CriteriaPerTask:N0} criteria; this has {list.GetArrayLength():N0}.");
            return criteria;
        }

        HashSet<string> ids = new(StringComparer.Ordinal);
        decimal weights = 0;
        var areWeightsKnown = true;
        foreach (var (value, criterionPath) in fields.Checks.List(list, listPath))
        {
            var criterion = CriterionReader.Read(value, criterionPath, answer, fields, out var weight);
            weights += weight ?? 0;
            areWeightsKnown &= weight is not null;
            if (criterion is null)
            {
                continue;
            }

            criteria.Add(criterion);
            if (!ids.Add(criterion.Id))
            {
                fields.Checks.Add(FieldChecks.At(criterionPath, "id"), "Another criterion of this answer has the same id.");
            }
        }

        if (list.GetArrayLength() == 0)
        {
            fields.Checks.Add(listPath, "There must be at least one criterion.");
        }
        else if (areWeightsKnown && Math.Abs(weights - 100) > WeightTolerance)
        {
            fields.Checks.Add(listPath, $"The weights of the criteria must sum to 100; they sum to {weights:0.####}.");
        }

        return criteria;
    }
}
