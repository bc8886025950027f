using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace EvalMarket.Core.Storage;

/// <summary>
/// The labels of a workspace as a log: small changes to many sessions, one immutable file a request, <c>w/{workspace}/labels/{sequence}.jsonl.gz</c>, folded now and then into
/// <c>fold-{sequence}.jsonl.gz</c>, which stands for everything up to that sequence. What a line means is the business of the sessions.
/// </summary>
/// <remarks>Sequences grow and may have gaps. Whoever appends holds the lock that hands them out.</remarks>
public sealed class LabelLog(IBlobStore store)
{
    private const string FoldPrefix = "fold-";
    private const string Extension = ".jsonl.gz";

    /// <summary>Where the lines of a sequence lie.</summary>
    public static BlobPath PathOf(string workspace, long sequence) => Folder(workspace) / $"{sequence:D12}{Extension}";

    /// <summary>Where the fold up to a sequence lies.</summary>
    public static BlobPath FoldPathOf(string workspace, long sequence) => Folder(workspace) / $"{FoldPrefix}{sequence:D12}{Extension}";

    /// <summary>Appends the lines of one request. When it returns they are durable.</summary>
    /// <exception cref="StorageException"><see cref="StorageFailure.Conflict"/> when the sequence has other lines already. The same lines again are fine: a retry.</exception>
    public async Task AppendAsync(string workspace, long sequence, IEnumerable<ReadOnlyMemory<byte>> lines, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        var path = PathOf(workspace, sequence);
        var file = ChunkCodec.Encode(lines).File;
        if (await store.ReadAsync(path, cancellationToken) is { } present && !file.Span.SequenceEqual(present))
            throw new StorageException(StorageFailure.Conflict, $"The label log {path} is written already, with other lines.");
        await store.PutAsync([new BlobContent(path, file)], cancellationToken);
    }

    /// <summary>The highest sequence that was written or folded; null when there is none.</summary>
    public async Task<long?> LastAsync(string workspace, CancellationToken cancellationToken)
    {
        var (folds, logs) = await ListAsync(workspace, cancellationToken);
        return folds.Concat(logs).Select(sequence => (long?)sequence).Max();
    }

    /// <summary>
    /// Every line after a sequence, in order. When a fold covers more than that sequence, the lines begin with the whole fold: replaying it over what is known already
    /// must come to the same. A line is good until the next one is asked for.
    /// </summary>
    /// <param name="workspace">The folder name of the workspace.</param>
    /// <param name="after">The last sequence that is known; -1 for all lines.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StorageException"><see cref="StorageFailure.Corrupt"/>.</exception>
    public async IAsyncEnumerable<LabelLine> ReadAsync(string workspace, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool complete;
        do
        {
            complete = true;
            var (folds, logs) = await ListAsync(workspace, cancellationToken);
            var fold = folds.Append(-1).Max();
            var files = logs.Where(sequence => sequence > Math.Max(after, fold)).Order().Select(sequence => (Sequence: sequence, Path: PathOf(workspace, sequence)));
            if (fold > after)
                files = files.Prepend((fold, FoldPathOf(workspace, fold)));
            foreach (var (sequence, path) in files)
            {
                await using var file = await store.OpenReadAsync(path, cancellationToken);
                // A fold has replaced it meanwhile: go on from the last one read, with what there is now.
                complete = file is not null;
                if (file is null)
                    break;
                await foreach (var line in ReadLinesAsync(path, file, cancellationToken))
                    yield return new LabelLine(sequence, line);
                after = sequence;
            }
        }
        while (!complete);
    }

    /// <summary>Replaces every log and fold up to a sequence by one fold, which is durable before anything is removed.</summary>
    /// <param name="workspace">The folder name of the workspace.</param>
    /// <param name="upTo">The last sequence that the lines account for.</param>
    /// <param name="lines">What those logs come to.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task FoldAsync(string workspace, long upTo, IAsyncEnumerable<ReadOnlyMemory<byte>> lines, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        var writing = WriteAsync(pipe.Writer, lines, cancellationToken);
        try
        {
            await using var content = pipe.Reader.AsStream();
            await store.PutAsync(FoldPathOf(workspace, upTo), content, maxBytes: null, cancellationToken);
        }
        finally
        {
            // Closing the reader has stopped the writer, if it was not done.
            await writing;
        }

        var (folds, logs) = await ListAsync(workspace, cancellationToken);
        await store.DeleteAsync(
            [
                .. logs.Where(sequence => sequence <= upTo).Select(sequence => PathOf(workspace, sequence)),
                .. folds.Where(sequence => sequence < upTo).Select(sequence => FoldPathOf(workspace, sequence)),
            ],
            cancellationToken);
    }

    private static BlobPath Folder(string workspace) => BlobPath.Parse($"w/{workspace}/labels");

    private async Task<(List<long> Folds, List<long> Logs)> ListAsync(string workspace, CancellationToken cancellationToken)
    {
        var (folds, logs) = (new List<long>(), new List<long>());
        await foreach (var blob in store.ListAsync($"{Folder(workspace)}/", cancellationToken))
        {
            var name = blob.Path.Name.AsSpan();
            if (!name.EndsWith(Extension))
                continue;
            var isFold = name.StartsWith(FoldPrefix);
            if (long.TryParse(name[(isFold ? FoldPrefix.Length : 0)..^Extension.Length], out var sequence))
                (isFold ? folds : logs).Add(sequence);
        }

        return (folds, logs);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLinesAsync(BlobPath path, Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The trailer of a gzip file has its length and CRC: the stream checks them.
        await using var text = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        await using var lines = LineReader.ReadAsync(text, static _ => { }, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await lines.MoveNextAsync())
                    yield break;
            }
            catch (InvalidDataException e)
            {
                throw new StorageException(StorageFailure.Corrupt, $"The label log {path} is damaged: {e.Message} Restore it from a backup.", e);
            }

            yield return lines.Current;
        }
    }

    /// <summary>Chunk files laid end to end: a gzip file may have many members (RFC 1952, section 2.2).</summary>
    private static async Task WriteAsync(PipeWriter writer, IAsyncEnumerable<ReadOnlyMemory<byte>> lines, CancellationToken cancellationToken)
    {
        try
        {
            var builder = new ChunkBuilder();
            await foreach (var line in lines.WithCancellation(cancellationToken))
            {
                if (builder.Add(line.Span) is { } chunk && (await writer.WriteAsync(chunk.File, cancellationToken)).IsCompleted)
                    break;
            }

            if (builder.Finish() is { } last)
                await writer.WriteAsync(last.File, cancellationToken);
            await writer.CompleteAsync();
        }
        catch (Exception e)
        {
            // Comes out of the reader, and so out of the put.
            await writer.CompleteAsync(e);
        }
    }
}

/// <summary>One line of a label log.</summary>
/// <param name="Sequence">The file that it is from: of a request, or of the fold.</param>
/// <param name="Line">Without its line end.</param>
public readonly record struct LabelLine(long Sequence, ReadOnlyMemory<byte> Line);
