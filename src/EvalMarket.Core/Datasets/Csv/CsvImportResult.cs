using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Csv;

/// <summary>What became of the rows of a file.</summary>
public sealed record CsvImportResult
{
    public long Created { get; init; }

    public long Updated { get; init; }

    public long Unchanged { get; init; }

    /// <summary>Rows that were left out for their errors.</summary>
    public long Rejected { get; init; }

    /// <summary>Their errors, the first thousand rows'.</summary>
    public IReadOnlyList<ContentError> Errors { get; init; } = [];

    /// <summary>The first ten thousand.</summary>
    public IReadOnlyList<ItemId> Ids { get; init; } = [];

    /// <summary>Items that somebody else changed or deleted while the file was read, and that are left so; null when there are none. The same file again changes them.</summary>
    public IReadOnlyList<ItemId>? Conflicts { get; init; }

    /// <summary>The dataset's version now.</summary>
    public int Version { get; init; }

    /// <summary>Blank lines that were passed over.</summary>
    public long BlankRows { get; init; }

    /// <summary>Characters that are no text and were replaced by U+FFFD.</summary>
    public long ReplacedCharacters { get; init; }

    /// <summary>The rows that were left out as a CSV file, with what is wrong in its first column; null when there are none, or too many for an answer.</summary>
    public string? Rejects { get; init; }

    /// <summary>Where a job keeps them.</summary>
    public string? RejectsPath { get; init; }

    /// <summary>The body of the answer, the same for a request and for a job.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CsvImportJson.Default.CsvImportResult);

    internal static CsvImportResult Of(ItemWriteResult written, CsvRejectList rejects, long blankRows, long replaced) => new()
    {
        Created = written.Created,
        Updated = written.Updated,
        Unchanged = written.Unchanged,
        Ids = written.Ids,
        Conflicts = written.Conflicts.Count > 0 ? written.Conflicts : null,
        Version = written.Version,
        Rejected = rejects.Count,
        Errors = rejects.Errors,
        Rejects = rejects.Count > 0 ? rejects.ToText() : null,
        BlankRows = blankRows,
        ReplacedCharacters = replaced,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(CsvImportResult))]
[JsonSerializable(typeof(CsvPreview))]
[JsonSerializable(typeof(CsvOrder))]
[JsonSerializable(typeof(CsvDraftDocument))]
[JsonSerializable(typeof(CsvCheckOrder))]
[JsonSerializable(typeof(CsvWholePreview))]
[JsonSerializable(typeof(string))]
internal sealed partial class CsvImportJson : JsonSerializerContext;
