using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>Writes the items of a dataset in a format that another tool loads. One file a format, one line in <see cref="DatasetExporters"/>.</summary>
public interface IDatasetExporter
{
    /// <summary>Wire name: <c>csv</c>, <c>inspect</c>.</summary>
    string Format { get; }

    /// <summary>What people call it: "Inspect AI".</summary>
    string DisplayName { get; }

    /// <summary>What is in the file, in a few words.</summary>
    string Summary { get; }

    string ContentType { get; }

    /// <summary>Without the dot: <c>jsonl</c>.</summary>
    string FileExtension { get; }

    /// <summary>How often it goes through the items; what it surveys before does not count.</summary>
    int Passes => 1;

    /// <summary>
    /// Streams the items in the order given. Memory holds one item at a time; the output is flushed as it grows. No item at all gives an empty, valid
    /// file. The same items give the same bytes.
    /// </summary>
    Task WriteAsync(IExportSource source, PipeWriter output, CancellationToken cancellationToken);

    /// <summary>What of an item the format cannot carry, each in the same words for every item; most often nothing.</summary>
    IEnumerable<string> Losses(ExportItem item);
}

/// <summary>The items of a version of a dataset, or of some of its sections.</summary>
public interface IExportSource
{
    ExportedDataset Dataset { get; }

    /// <summary>The items in the dataset's order. Can be asked for more than once, and gives the same items each time.</summary>
    IAsyncEnumerable<ExportItem> ReadAsync(CancellationToken cancellationToken);

    /// <summary>The same as text: lines as <see cref="DatasetItemWriter"/> writes them, with their line feeds, in pieces of whole lines. A source that has them stored need make no items of them.</summary>
    async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadTextAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (item, _) in ReadAsync(cancellationToken))
        {
            yield return DatasetItemWriter.ToLine(item);
        }
    }

    /// <summary>What a format has to know of all items before it writes the first, part by part. A source may remember it by part, and then does not read the items again for it.</summary>
    /// <param name="survey">Makes it of some items; always the same of the same ones.</param>
    /// <param name="cancellationToken">Cancels.</param>
    async IAsyncEnumerable<T> SurveyAsync<T>(Func<IReadOnlyList<DatasetItem>, T> survey, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : IExportSurvey
    {
        await foreach (var items in ReadAsync(cancellationToken).Select(each => each.Item).Chunk(1_000).WithCancellation(cancellationToken))
        {
            yield return survey(items);
        }
    }
}

/// <summary>What a format has to know of some items before it writes them.</summary>
public interface IExportSurvey
{
    /// <summary>How many bytes of memory it takes, about.</summary>
    int Size { get; }
}

/// <summary>What formats say about the dataset as a whole.</summary>
/// <param name="Id">Ours.</param>
/// <param name="Name">As people gave it.</param>
/// <param name="Description">Markdown; "" when there is none.</param>
/// <param name="Version">Of the dataset.</param>
/// <param name="CreatedAt">When the version was made.</param>
/// <param name="ItemCount">How many items <see cref="IExportSource.ReadAsync"/> gives.</param>
public sealed record ExportedDataset(string Id, string Name, string Description, long Version, DateTimeOffset CreatedAt, long ItemCount)
{
    /// <summary>The name as the name of a file or a task: lower-case letters, digits and single underscores; <c>dataset</c> when nothing is left.</summary>
    public string TaskName
    {
        get
        {
            var words = string.Join('_', new string([.. Name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            words = words.Length > 60 ? words[..60].TrimEnd('_') : words;
            return words.Length == 0 ? "dataset" : char.IsAsciiDigit(words[0]) ? $"dataset_{words}" : words;
        }
    }
}

/// <summary>An item with the name of its section.</summary>
public readonly record struct ExportItem(DatasetItem Item, string Section);
