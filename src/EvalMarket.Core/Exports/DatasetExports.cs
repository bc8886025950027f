using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Datasets.Exports;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Exports;

/// <summary>A section was named that another dataset has, or none.</summary>
public sealed record ForeignSections() : Failure("foreign_sections", "Sections do not belong to this dataset");

/// <summary>The way out for datasets in other tools' formats. A version never changes, so neither does what is made of it.</summary>
public sealed class DatasetExports(DatasetVersions versions, DatasetFiles files, ChunkSurveys surveys)
{
    /// <summary>Opens a version for a format.</summary>
    /// <param name="dataset">Whose items.</param>
    /// <param name="exporter">The format.</param>
    /// <param name="sections">Only these; all when there are none.</param>
    /// <param name="version">Null for the newest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Not found, or <see cref="ForeignSections"/>.</returns>
    public async Task<Outcome<DatasetExport>> PrepareAsync(
        DatasetId dataset, IDatasetExporter exporter, IReadOnlyCollection<SectionId> sections, int? version, CancellationToken cancellationToken)
    {
        if (await versions.OpenAsync(dataset, version, cancellationToken) is not { } contents)
        {
            return new NotFound();
        }

        var known = contents.Sections.Select(section => section.Id).ToHashSet();
        return sections.All(known.Contains)
            ? new DatasetExport(contents, files, surveys, exporter, [.. contents.Sections.Where(section => sections.Count == 0 || sections.Contains(section.Id))])
            {
                Order = new ExportOrder { Format = exporter.Format, Dataset = dataset, Sections = [.. sections], Version = version },
            }
            : new ForeignSections();
    }
}

/// <summary>A version, or some of its sections, in a format.</summary>
public sealed class DatasetExport : IExportSource
{
    /// <summary>Raised when exporters write other bytes than before.</summary>
    private const int WriterRevision = 1;

    /// <summary>Chunks (256 KB of text) that are read while an earlier one is written.</summary>
    private const int ReadAhead = 3;

    private readonly DatasetContents contents;
    private readonly DatasetFiles files;
    private readonly ChunkSurveys surveys;
    private readonly IDatasetExporter exporter;
    private readonly IReadOnlyList<DatasetSection> sections;

    internal DatasetExport(DatasetContents contents, DatasetFiles files, ChunkSurveys surveys, IDatasetExporter exporter, IReadOnlyList<DatasetSection> sections)
    {
        (this.contents, this.files, this.surveys, this.exporter, this.sections) = (contents, files, surveys, exporter, sections);
        var document = contents.Document;
        Dataset = new ExportedDataset(document.Id.Value, document.Name, document.Description, document.Version, document.At, sections.Sum(section => section.ItemCount));
    }

    private long itemsRead;

    public ExportedDataset Dataset { get; }

    /// <summary>How often the format goes through the items.</summary>
    public int Passes => exporter.Passes;

    /// <summary>Items that the writer has taken by now, in all passes.</summary>
    public long ItemsRead => Interlocked.Read(ref itemsRead);

    /// <summary>What was asked for, to be asked for again.</summary>
    public required ExportOrder Order { get; init; }

    public ExportFacts Facts => new(
        Dataset.Name,
        ExportFacts.DetailOf((int)Dataset.Version, [.. sections.Select(section => section.Name)], sections.Count < contents.Sections.Count, null),
        Dataset.ItemCount,
        null,
        FileName,
        ContentType);

    public string ContentType => exporter.ContentType;

    /// <summary><c>support-questions-v3-inspect.jsonl</c></summary>
    public string FileName =>
        $"{Dataset.TaskName.Replace('_', '-')}-v{Dataset.Version}-{exporter.Format}{(sections.Count < contents.Sections.Count ? "-sections" : "")}.{exporter.FileExtension}";

    /// <summary>Strong, without quotes: the same version, sections and format are the same bytes.</summary>
    public string EntityTag
    {
        get
        {
            var what = string.Join('\n', [contents.Id.Value, contents.Hash, exporter.Format, WriterRevision.ToString(CultureInfo.InvariantCulture), .. sections.Select(section => section.Id.Value)]);
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..32];
        }
    }

    public Task WriteAsync(PipeWriter output, CancellationToken cancellationToken) => exporter.WriteAsync(this, output, cancellationToken);

    /// <summary>What the format would leave out.</summary>
    public Task<LossReport> ReportAsync(CancellationToken cancellationToken) => LossReport.OfAsync(exporter, this, cancellationToken);

    /// <summary>The items, some chunks read ahead.</summary>
    /// <exception cref="StorageException">A file is missing or damaged.</exception>
    public async IAsyncEnumerable<ExportItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (section, items) in AheadAsync(OpenAsync, cancellationToken))
        {
            foreach (var item in items)
            {
                Interlocked.Increment(ref itemsRead);
                yield return new ExportItem(item, section);
            }
        }
    }

    /// <summary>The text of chunk after chunk, as it is stored.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadTextAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (_, text) in AheadAsync((chunk, token) => files.Chunks.ReadTextAsync(contents.Workspace, chunk.ToChunkRef(), token), cancellationToken))
        {
            Interlocked.Add(ref itemsRead, text.AsSpan().Count((byte)'\n'));
            yield return text;
        }
    }

    /// <summary>What is made of each chunk, with its section's name; some chunks ahead.</summary>
    private async IAsyncEnumerable<(string Section, T Made)> AheadAsync<T>(
        Func<DatasetChunkRef, CancellationToken, Task<T>> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = new Queue<(string Section, Task<T> Reading)>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            foreach (var (section, chunk) in sections.SelectMany(section => section.Chunks.Select(chunk => (section, chunk))))
            {
                ahead.Enqueue((section.Name, Task.Run(() => open(chunk, stopping.Token), stopping.Token)));
                while (ahead.Count >= ReadAhead)
                {
                    yield return (ahead.Peek().Section, await ahead.Peek().Reading);
                    ahead.Dequeue();
                }
            }

            while (ahead.TryPeek(out var last))
            {
                yield return (last.Section, await last.Reading);
                ahead.Dequeue();
            }
        }
        finally
        {
            // A reader that stopped early: the files that are being read are closed before it goes on.
            await stopping.CancelAsync();
            await Task.WhenAll(ahead.Select(each => each.Reading)).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Of each chunk, some at once; a chunk that was looked at before is not read again.</summary>
    public async IAsyncEnumerable<T> SurveyAsync<T>(Func<IReadOnlyList<DatasetItem>, T> survey, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : IExportSurvey
    {
        foreach (var chunks in sections.SelectMany(section => section.Chunks).Chunk(ReadAhead))
        {
            foreach (var part in await Task.WhenAll(chunks.Select(chunk => Task.Run(
                () => surveys.GetAsync(contents.Workspace, chunk, async () => survey(await OpenAsync(chunk, cancellationToken))), cancellationToken))))
            {
                yield return part;
            }
        }
    }

    private async Task<List<DatasetItem>> OpenAsync(DatasetChunkRef chunk, CancellationToken cancellationToken)
    {
        var items = new List<DatasetItem>(chunk.Lines);
        await foreach (var line in files.Chunks.ReadLinesAsync(contents.Workspace, chunk.ToChunkRef(), cancellationToken))
        {
            items.Add(DatasetItemReader.ReadStored(line));
        }

        return items;
    }
}
