using EvalMarket.Formats.Datasets.Csv;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Csv;

/// <summary>What somebody decides about the import of a CSV file.</summary>
public sealed record CsvChoices
{
    /// <summary>Where rows go that name no section; null for the first one.</summary>
    public SectionId? Section { get; init; }

    /// <summary>Where histories come from.</summary>
    public CsvHistory History { get; init; } = CsvHistory.Column;

    /// <summary>JSON: what goes where, <c>{"column": "target"}</c>, see <see cref="CsvTarget"/>; null to go by the names of the columns.</summary>
    public string? Mapping { get; init; }

    /// <summary>What parts the cells; null to find it.</summary>
    public char? Delimiter { get; init; }

    /// <summary>How bytes are characters; null to find it.</summary>
    public CsvEncoding? Encoding { get; init; }

    /// <summary>Rows with errors are left out and given back; else a single one refuses the file.</summary>
    public bool SkipsErrors { get; init; }
}

/// <summary>What a job does with a CSV file that waits in the store.</summary>
public sealed record CsvOrder(DatasetId Dataset, string FileName, CsvChoices Choices);
