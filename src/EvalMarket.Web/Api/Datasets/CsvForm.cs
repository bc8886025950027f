using EvalMarket.Core;
using EvalMarket.Core.Datasets.Csv;
using EvalMarket.Formats;
using EvalMarket.Formats.Datasets.Csv;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Problems;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>The fields beside a CSV file.</summary>
internal sealed record CsvForm(CsvChoices Choices, bool IsDryRun)
{
    public const string DryRunField = "dry_run";

    private const string FileField = "file";

    private static readonly string[] Known = ["section_id", "history", "mapping", "on_error", "delimiter", "encoding", DryRunField];

    /// <summary>Null, with every error, when a field is not what it should be.</summary>
    public static CsvForm? Read(IReadOnlyDictionary<string, string> fields, IReadOnlyCollection<string> files, out Problem? refused)
    {
        List<ContentError> errors = [];
        foreach (var unknown in fields.Keys.Where(key => !Known.Contains(key) && key != "__RequestVerificationToken"))
        {
            errors.Add(new ContentError($"There is no such field. Known: {FileField}, {string.Join(", ", Known)}.", $"/{unknown}"));
        }

        if (files.Count != 1 || files.First() != FileField)
        {
            errors.Add(new ContentError($"Send one CSV file as a part named {FileField}.", $"/{FileField}"));
        }

        SectionId? section = null;
        if (fields.GetValueOrDefault("section_id") is { Length: > 0 } sent)
        {
            if (TypeId.TryParse<SectionId>(sent, out var id))
            {
                section = id;
            }
            else
            {
                errors.Add(new ContentError("There is no such section in this dataset.", "/section_id"));
            }
        }

        var history = Word(fields, "history", ["column", "auto"], errors);
        var onError = Word(fields, "on_error", ["refuse", "skip"], errors);
        var delimiter = Word(fields, "delimiter", ["auto", .. CsvDelimiters.WireNames], errors);
        var encoding = Word(fields, "encoding", ["auto", .. CsvEncodings.WireNames], errors);
        var dryRun = Word(fields, DryRunField, ["false", "true"], errors);
        refused = errors.Count == 0 ? null : new Invalid("invalid_form", errors[0].Message, errors).ToProblem();
        var choices = new CsvChoices
        {
            Section = section,
            History = history == "auto" ? CsvHistory.Auto : CsvHistory.Column,
            Mapping = fields.GetValueOrDefault("mapping") is { Length: > 0 } mapping ? mapping : null,
            Delimiter = CsvDelimiters.Parse(delimiter),
            Encoding = CsvEncodings.Parse(encoding),
            SkipsErrors = onError == "skip",
        };
        return refused is null ? new CsvForm(choices, dryRun == "true") : null;
    }

    private static string Word(IReadOnlyDictionary<string, string> fields, string name, string[] words, List<ContentError> errors)
    {
        if (fields.GetValueOrDefault(name) is not { Length: > 0 } word)
        {
            return words[0];
        }

        if (!words.Contains(word))
        {
            errors.Add(new ContentError($"Must be one of {string.Join(", ", words)}.", $"/{name}"));
        }

        return word;
    }
}
