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

    /// <summary>The lines of the messages as they are stored, in order. A line is good until the next one is asked for.</summary>
    /// <exception cref="StorageException">A chunk is missing or damaged.</exception>
    internal async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLinesAsync(SessionRow row, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var reference in ChunksOf(row))
        {
            await foreach (var line in chunks.ReadLinesAsync(row.Workspace, reference, cancellationToken))
            {
                yield return line;
            }
        }
    }

    /// <summary>What an outline needs of each message, in order.</summary>
    /// <exception cref="StorageException">A chunk is missing or damaged.</exception>
    internal async IAsyncEnumerable<MessageSketch> ReadSketchesAsync(SessionRow row, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in ReadLinesAsync(row, cancellationToken))
        {
            yield return MessageSketch.Read(line.Span);
        }
    }

    /// <summary>Single messages with their indexes. Opens only the chunks that hold one of them.</summary>
    /// <param name="row">The session.</param>
    /// <param name="indexes">Ascending.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StorageException">A chunk is missing or damaged.</exception>
    internal async IAsyncEnumerable<(int Index, Message Message)> ReadMessagesAtAsync(
        SessionRow row, IReadOnlyList<int> indexes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = 0;
        var index = 0;
        foreach (var reference in ChunksOf(row))
        {
            if (next == indexes.Count)
            {
                yield break;
            }

            if (indexes[next] >= index + reference.Lines)
            {
                index += reference.Lines;
                continue;
            }

            // To the end of the chunk even when nothing more is wanted of it: only then is it known to be undamaged.
            await foreach (var line in chunks.ReadLinesAsync(row.Workspace, reference, cancellationToken))
            {
                if (next < indexes.Count && indexes[next] == index)
                {
                    next++;
                    yield return (index, MessageLines.Read(line));
                }

                index++;
            }
        }
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
