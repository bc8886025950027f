using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions;

/// <summary>Where the files of sessions are, and the reading of them.</summary>
public sealed class SessionFiles(IBlobStore blobs)
{
    private readonly ChunkStore chunks = new(blobs);
    private readonly DocumentStore documents = new(blobs);

    /// <summary><c>w/{workspace}/sessions/{id}</c></summary>
    public static BlobPath FolderOf(string workspace, SessionId id) => BlobPath.Parse($"w/{workspace}/sessions/{id.Value}");

    /// <summary>The document of a row.</summary>
    /// <exception cref="StorageException">Missing or damaged.</exception>
    internal Task<SessionDocument> ReadDocumentAsync(SessionRow row, CancellationToken cancellationToken) =>
        ReadDocumentAsync(row.Workspace, row.Id, row.Version, row.Hash, cancellationToken);

    /// <inheritdoc cref="ReadDocumentAsync(SessionRow, CancellationToken)"/>
    internal async Task<SessionDocument> ReadDocumentAsync(string workspace, SessionId id, int version, string hash, CancellationToken cancellationToken) =>
        await documents.ReadAsync(FolderOf(workspace, id), version, hash, SessionJsonContext.Default.SessionDocument, cancellationToken)
            ?? throw new StorageException(StorageFailure.Missing, $"The document of session {id} (version {version}) is not in the store. Restore it from a backup.");

    /// <summary>The messages, streamed in order.</summary>
    /// <exception cref="StorageException">A chunk is missing or damaged.</exception>
    public IAsyncEnumerable<Message> ReadMessagesAsync(SessionRow row, CancellationToken cancellationToken) =>
        ReadMessagesAsync(row.Workspace, ChunksOf(row), cancellationToken);

    /// <summary>Who spoke and the text of each message, in order, without parts and remarks: what exports need.</summary>
    /// <exception cref="StorageException">A chunk is missing or damaged.</exception>
    public async Task<IReadOnlyList<Message>> ReadTextsAsync(SessionRow row, CancellationToken cancellationToken)
    {
        var messages = new List<Message>(row.MessageCount);
        foreach (var reference in ChunksOf(row))
        {
            await foreach (var line in chunks.ReadLinesAsync(row.Workspace, reference, cancellationToken))
            {
                messages.Add(MessageLines.ReadText(line.Span));
            }
        }

        return messages;
    }

    internal static IReadOnlyList<ChunkRef> ChunksOf(SessionRow row) =>
        JsonSerializer.Deserialize(row.Chunks, SessionJsonContext.Compact.IReadOnlyListChunkRef)!;

    internal async IAsyncEnumerable<Message> ReadMessagesAsync(
        string workspace, IReadOnlyList<ChunkRef> references, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var reference in references)
        {
            await foreach (var line in chunks.ReadLinesAsync(workspace, reference, cancellationToken))
            {
                yield return MessageLines.Read(line);
            }
        }
    }
}
