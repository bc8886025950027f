using System.Runtime.CompilerServices;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Runs;

namespace EvalMarket.Core.Runs;

/// <summary>Where the files of runs are, and the reading of them.</summary>
public sealed class RunFiles(IBlobStore blobs)
{
    private readonly DocumentStore documents = new(blobs);
    private readonly ChunkStore chunks = new(blobs);

    /// <summary><c>w/{workspace}/runs/{id}</c></summary>
    public static BlobPath FolderOf(string workspace, RunId id) => BlobPath.Parse($"w/{workspace}/runs/{id.Value}");

    /// <summary>The document of a row.</summary>
    /// <exception cref="StorageException">Missing or damaged.</exception>
    public Task<RunDocument> ReadDocumentAsync(RunRow row, CancellationToken cancellationToken) =>
        ReadDocumentAsync(row.Workspace, row.Id, row.Version, row.Hash, cancellationToken);

    /// <summary>Single results, in the order asked for. Opens each chunk once.</summary>
    /// <exception cref="StorageException">Missing or damaged.</exception>
    public async Task<IReadOnlyList<RunResult>> ReadResultsAsync(RunDocument run, string workspace, IReadOnlyList<RunResultRow> rows, CancellationToken cancellationToken)
    {
        var results = new RunResult[rows.Count];
        foreach (var group in Enumerable.Range(0, rows.Count).GroupBy(index => (rows[index].Section, rows[index].Chunk)))
        {
            var wanted = group.ToDictionary(index => rows[index].Line);
            var line = 0;
            // To its end even when nothing more is wanted: only then is it known to be undamaged.
            await foreach (var text in chunks.ReadLinesAsync(workspace, run.Sections[group.Key.Section].Chunks[group.Key.Chunk], cancellationToken))
            {
                if (wanted.TryGetValue(line++, out var index))
                {
                    results[index] = RunResult.ReadStored(text);
                }
            }
        }

        return results;
    }

    /// <summary>What an intent says of the document that a change replaces: recovery deletes it when the row names another one.</summary>
    internal static IReadOnlyList<IntentWrite> WriteOf(RunView? run) =>
        run is null ? [] : [new IntentWrite(PathOf(run.Row), run.Row.Id.Value, run.Row.Version, run.Row.Hash)];

    internal static BlobPath PathOf(RunRow row) => DocumentStore.PathOf(FolderOf(row.Workspace, row.Id), row.Version, row.Hash);

    internal async Task<RunDocument> ReadDocumentAsync(string workspace, RunId id, int version, string hash, CancellationToken cancellationToken) =>
        await documents.ReadAsync(FolderOf(workspace, id), version, hash, RunJson.Default.RunDocument, cancellationToken)
            ?? throw new StorageException(StorageFailure.Missing, $"The document of run {id} is not in the store. Restore it from a backup.");

    internal Task<IReadOnlyList<DocumentVersion>> ListVersionsAsync(string workspace, RunId id, CancellationToken cancellationToken) =>
        documents.ListAsync(FolderOf(workspace, id), cancellationToken);

    /// <summary>All results with their places, in the order of the file.</summary>
    internal async IAsyncEnumerable<(int Section, int Chunk, int Line, RunResult Result)> ReadAllAsync(
        RunDocument run, string workspace, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var section = 0; section < run.Sections.Count; section++)
        {
            for (var chunk = 0; chunk < run.Sections[section].Chunks.Count; chunk++)
            {
                var line = 0;
                await foreach (var text in chunks.ReadLinesAsync(workspace, run.Sections[section].Chunks[chunk], cancellationToken))
                {
                    yield return (section, chunk, line++, RunResult.ReadStored(text));
                }
            }
        }
    }
}
