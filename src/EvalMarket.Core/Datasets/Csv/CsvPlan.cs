using System.Runtime.CompilerServices;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Formats;
using EvalMarket.Formats.Datasets.Csv;

namespace EvalMarket.Core.Datasets.Csv;

/// <summary>A row, and whether the dataset has the item that it names. Its errors are all that there are.</summary>
internal readonly record struct CsvPlannedRow(CsvRow Row, bool IsUpdate);

/// <summary>Finds out for the rows of a file what the dataset makes of them.</summary>
internal sealed class CsvPlan(EvalMarketDbContext db, DatasetView dataset, int mostSections)
{
    /// <summary>Rows whose ids are looked up together.</summary>
    private const int BatchRows = 500;

    private readonly HashSet<string> sections = [.. dataset.Sections.Select(section => section.Name)];
    private readonly List<string> newSections = [];

    /// <summary>Names that are not there yet, in the order in which they came.</summary>
    public IReadOnlyList<string> NewSections => newSections;

    public async IAsyncEnumerable<CsvPlannedRow> ReadAsync(CsvFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in file.ReadAsync(cancellationToken).BatchAsync(BatchRows, row => row.Cells.Sum(cell => (long)cell.Length), cancellationToken))
        {
            foreach (var planned in await PlanAsync(batch, cancellationToken))
            {
                yield return planned;
            }
        }
    }

    private async Task<IReadOnlyList<CsvPlannedRow>> PlanAsync(IReadOnlyList<CsvRow> rows, CancellationToken cancellationToken)
    {
        var known = await new ItemLookup(db).PlacesAsync(dataset.Id, [.. rows.Where(row => row.Patch?.Id is not null).Select(row => row.Patch!.Id!.Value)], cancellationToken);
        return [.. rows.Select(row => Plan(row, row.Patch?.Id is { } id && known.ContainsKey(id)))];
    }

    private CsvPlannedRow Plan(CsvRow row, bool isUpdate)
    {
        if (row.Patch is not { } patch)
        {
            return new CsvPlannedRow(row, isUpdate);
        }

        List<string> problems = [];
        if (patch.Input is null && !isUpdate)
        {
            problems.Add($"The dataset has no item {patch.Id}, and the file has no column of human messages to make one from.");
        }

        if (patch.Section is { } section && !sections.Contains(section))
        {
            problems.AddRange(SectionProblem(section));
        }

        return problems.Count == 0
            ? new CsvPlannedRow(row, isUpdate)
            : new CsvPlannedRow(row with { Patch = null, Errors = [.. problems.Select(problem => new ContentError(problem, Line: row.Number))] }, isUpdate);
    }

    private IEnumerable<string> SectionProblem(string name)
    {
        if (name.Length > DatasetEditing.NameLength)
        {
            return [$"The name of a section has at most {DatasetEditing.NameLength} characters; this one has {name.Length}."];
        }

        if (name.Any(char.IsControl))
        {
            return ["The name of a section is one line, without control characters."];
        }

        if (sections.Count >= mostSections)
        {
            return [$"A dataset has at most {mostSections:N0} sections."];
        }

        sections.Add(name);
        newSections.Add(name);
        return [];
    }
}
