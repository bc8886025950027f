using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets;

/// <summary>Where the files of datasets are, and the reading of them.</summary>
public sealed class DatasetFiles(IBlobStore blobs)
{
    /// <summary>References of chunks in one list page.</summary>
    public const int ListLength = 512;

    private readonly DocumentStore documents = new(blobs);

    /// <summary>The chunks themselves.</summary>
    public ChunkStore Chunks { get; } = new(blobs);

    /// <summary><c>w/{workspace}/datasets/{id}</c></summary>
    public static BlobPath FolderOf(string workspace, DatasetId id) => BlobPath.Parse($"w/{workspace}/datasets/{id.Value}");

    /// <summary>Where the documents of its versions lie.</summary>
    public static BlobPath VersionsOf(string workspace, DatasetId id) => FolderOf(workspace, id) / "versions";

    /// <summary>The document of a version.</summary>
    /// <exception cref="StorageException">Missing or damaged.</exception>
    public async Task<DatasetDocument> ReadDocumentAsync(string workspace, DatasetId id, int version, string hash, CancellationToken cancellationToken) =>
        await documents.ReadAsync(VersionsOf(workspace, id), version, hash, DatasetJson.Default.DatasetDocument, cancellationToken)
            ?? throw new StorageException(StorageFailure.Missing, $"The document of dataset {id} (version {version}) is not in the store. Restore it from a backup.");

    /// <summary>A version with the references of all its chunks.</summary>
    /// <exception cref="StorageException">Missing or damaged.</exception>
    public async Task<DatasetContents> ReadContentsAsync(string workspace, DatasetId id, int version, string hash, CancellationToken cancellationToken)
    {
        var document = await ReadDocumentAsync(workspace, id, version, hash, cancellationToken);
        var sections = new List<DatasetSection>(document.Sections.Count);
        foreach (var section in document.Sections)
        {
            var chunks = new List<DatasetChunkRef>();
            foreach (var list in section.Lists)
            {
                chunks.AddRange(await ReadListAsync(workspace, list, cancellationToken));
            }

            sections.Add(new DatasetSection(section.Id, section.Name, section.ItemCount, chunks));
        }

        return new DatasetContents(workspace, document, hash, sections);
    }

    /// <summary>The ids of the items that a version has no more.</summary>
    internal async IAsyncEnumerable<ItemId> ReadRemovedAsync(string workspace, DatasetDocument document, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var chunk in document.RemovedItems ?? [])
        {
            await foreach (var line in Chunks.ReadLinesAsync(workspace, chunk, cancellationToken))
            {
                yield return JsonSerializer.Deserialize(line.Span, DatasetJson.Compact.RemovedItem)!.Id;
            }
        }
    }

    internal async Task<List<DatasetChunkRef>> ReadListAsync(string workspace, ChunkRef list, CancellationToken cancellationToken)
    {
        var chunks = new List<DatasetChunkRef>(list.Lines);
        await foreach (var line in Chunks.ReadLinesAsync(workspace, list, cancellationToken))
        {
            chunks.Add(JsonSerializer.Deserialize(line.Span, DatasetJson.Compact.DatasetChunkRef)!);
        }

        return chunks;
    }

    /// <summary>The names and pins of versions, and whether it was deleted.</summary>
    internal async Task<DatasetMarks> ReadMarksAsync(string workspace, DatasetId id, CancellationToken cancellationToken) =>
        await blobs.ReadAsync(MarksPath(workspace, id), cancellationToken) is { } bytes
            ? JsonSerializer.Deserialize(bytes, DatasetJson.Default.DatasetMarks)!
            : new DatasetMarks();

    internal static BlobPath MarksPath(string workspace, DatasetId id) => FolderOf(workspace, id) / "marks.json";

    internal static BlobPath NewestPath(string workspace, DatasetId id) => FolderOf(workspace, id) / "dataset.json";

    internal static BlobPath DocumentPath(string workspace, DatasetId id, int version, string hash) => DocumentStore.PathOf(VersionsOf(workspace, id), version, hash);
}
