using System.Buffers;
using System.Buffers.Binary;
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
    private const int FoldBufferLength = 64 * 1024;

    /// <summary>CRC-32 and length of the text, which end a gzip file (RFC 1952, section 2.3.1).</summary>
    private const int TrailerLength = 8;

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

    /// <summary>How many logs no fold stands for yet.</summary>
    public async Task<int> CountAsync(string workspace, CancellationToken cancellationToken)
    {
        var (folds, logs) = await ListAsync(workspace, cancellationToken);
        var fold = folds.Append(-1).Max();
        return logs.Count(sequence => sequence > fold);
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
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe();
        var writing = WriteAsync(pipe.Writer, lines, stop.Token);
        try
        {
            await using var content = pipe.Reader.AsStream();
            await store.PutAsync(FoldPathOf(workspace, upTo), content, maxBytes: null, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
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
        var trailer = new byte[TrailerLength];
        var crc = 0u;
        var length = 0u;
        var fileLength = 0L;
        await using var observed = new ObservedStream(file, KeepTrailer);
        await using var text = new GZipStream(observed, CompressionMode.Decompress);
        await using var lines = LineReader.ReadAsync(text, Observe, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(lines, path))
            yield return lines.Current;

        // No reference tells what should be in the file, and GZipStream takes one that was cut off for one that has ended: so look at how it ends.
        if (fileLength < ChunkCodec.EmptyFile.Length || BinaryPrimitives.ReadUInt32LittleEndian(trailer) != crc || BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(4)) != length)
            throw Corrupt(path, "it does not end as it should.");

        void Observe(ReadOnlySpan<byte> part)
        {
            crc = Crc32.Append(crc, part);
            length += (uint)part.Length;
        }

        void KeepTrailer(ReadOnlySpan<byte> part)
        {
            fileLength += part.Length;
            part = part[Math.Max(0, part.Length - TrailerLength)..];
            trailer.AsSpan(part.Length).CopyTo(trailer);
            part.CopyTo(trailer.AsSpan(TrailerLength - part.Length));
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> lines, BlobPath path)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (InvalidDataException e)
        {
            throw Corrupt(path, e.Message, e);
        }
    }

    private static StorageException Corrupt(BlobPath path, string how, Exception? inner = null) =>
        new(StorageFailure.Corrupt, $"The label log {path} is damaged: {how} Restore it from a backup.", inner);

    /// <summary>Writes one gzip file of any length. What goes wrong comes out of the reader, and so out of the put.</summary>
    private static async Task WriteAsync(PipeWriter writer, IAsyncEnumerable<ReadOnlyMemory<byte>> lines, CancellationToken cancellationToken)
    {
        try
        {
            var empty = true;
            var text = new ArrayBufferWriter<byte>(FoldBufferLength);
            await using (var gzip = new GZipStream(writer.AsStream(leaveOpen: true), CompressionLevel.Optimal))
            {
                await foreach (var line in lines.WithCancellation(cancellationToken))
                {
                    empty = false;
                    ChunkCodec.AppendLine(text, line.Span);
                    if (text.WrittenCount < FoldBufferLength)
                        continue;
                    await gzip.WriteAsync(text.WrittenMemory, cancellationToken);
                    text.ResetWrittenCount();
                }

                await gzip.WriteAsync(text.WrittenMemory, cancellationToken);
            }

            if (empty)
                await writer.WriteAsync(ChunkCodec.EmptyFile, cancellationToken);
            await writer.CompleteAsync();
        }
        catch (Exception e)
        {
            await writer.CompleteAsync(e);
        }
    }
}

/// <summary>One line of a label log.</summary>
/// <param name="Sequence">The file that it is from: of a request, or of the fold.</param>
/// <param name="Line">Without its line end.</param>
public readonly record struct LabelLine(long Sequence, ReadOnlyMemory<byte> Line);
