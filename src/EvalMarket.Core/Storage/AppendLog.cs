using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Core.Storage;

/// <summary>
/// Small changes as a log in a folder: one immutable file a request, <c>{folder}/{sequence}.jsonl.gz</c>. Now and then many of them become
/// one <c>fold-{first}-{last}.jsonl.gz</c> that holds their lines as they were, under a line <c>{"sequence":17}</c> for each file. What a line means is the business of whoever writes it.
/// </summary>
/// <remarks>
/// Sequences grow and may have gaps. Whoever appends or folds holds the lock that hands them out. A <c>fold-{sequence}.jsonl.gz</c> is what earlier versions wrote: it stands for everything
/// up to its sequence, and stays as it is.
/// </remarks>
public sealed class AppendLog(IBlobStore store)
{
    private const string FoldPrefix = "fold-";
    private const string Extension = ".jsonl.gz";
    private const int FoldBufferLength = 64 * 1024;

    /// <summary>CRC-32 and length of the text, which end a gzip file (RFC 1952, section 2.3.1).</summary>
    private const int TrailerLength = 8;

    /// <summary>Where the lines of a sequence lie.</summary>
    public static BlobPath PathOf(BlobPath folder, long sequence) => folder / $"{sequence:D12}{Extension}";

    /// <summary>Where the lines of some sequences lie together.</summary>
    public static BlobPath FoldPathOf(BlobPath folder, long first, long last) => folder / $"{FoldPrefix}{first:D12}-{last:D12}{Extension}";

    /// <summary>Appends the lines of one request. When it returns they are durable.</summary>
    /// <exception cref="StorageException"><see cref="StorageFailure.Conflict"/> when the sequence has other lines already. The same lines again are fine: a retry.</exception>
    public async Task AppendAsync(BlobPath folder, long sequence, IEnumerable<ReadOnlyMemory<byte>> lines, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        var path = PathOf(folder, sequence);
        var file = ChunkCodec.Encode(lines).File;
        if (await store.ReadAsync(path, cancellationToken) is { } present && !file.Span.SequenceEqual(present))
            throw new StorageException(StorageFailure.Conflict, $"The log {path} is written already, with other lines.");
        await store.PutAsync([new BlobContent(path, file)], cancellationToken);
    }

    /// <summary>The highest sequence that was written or folded; null when there is none.</summary>
    public async Task<long?> LastAsync(BlobPath folder, CancellationToken cancellationToken) =>
        (await ListAsync(folder, cancellationToken)).Select(file => (long?)file.Last).Max();

    /// <summary>How many logs no fold holds yet.</summary>
    public async Task<int> CountAsync(BlobPath folder, CancellationToken cancellationToken) =>
        AppendLogFile.Cover(await ListAsync(folder, cancellationToken)).Count(file => file.Kind == AppendLogFileKind.Log);

    /// <summary>
    /// Every line after a sequence, in order, each once. Only a fold of an earlier version comes whole when it covers more than that sequence: replaying it over what is known
    /// already must come to the same. A line is good until the next one is asked for.
    /// </summary>
    /// <param name="folder">Of the log.</param>
    /// <param name="after">The last sequence that is known; -1 for all lines.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StorageException"><see cref="StorageFailure.Corrupt"/>.</exception>
    public async IAsyncEnumerable<LogLine> ReadAsync(BlobPath folder, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool complete;
        do
        {
            complete = true;
            foreach (var file in AppendLogFile.Cover(await ListAsync(folder, cancellationToken)).Where(file => file.Last > after))
            {
                await using var content = await store.OpenReadAsync(file.Path, cancellationToken);
                // A fold has replaced it meanwhile: go on from the last one read, with what there is now.
                complete = content is not null;
                if (content is null)
                    break;
                var known = after;
                await foreach (var line in ReadFileAsync(file, content, cancellationToken))
                {
                    if (line.Sequence > known)
                        yield return line;
                }

                after = file.Last;
            }
        }
        while (!complete);
    }

    /// <summary>
    /// Puts the logs up to a sequence into one file, line by line as they are, together with those folds right before them that are no larger than what it holds by then. So files stay few,
    /// and a line is written again only as often as its file has doubled. The new file is durable before anything is removed.
    /// </summary>
    /// <param name="folder">Of the log.</param>
    /// <param name="upTo">The last sequence that counts; later logs stay as they are.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether there was anything to fold.</returns>
    public async Task<bool> FoldAsync(BlobPath folder, long upTo, CancellationToken cancellationToken)
    {
        var all = await ListAsync(folder, cancellationToken);
        var files = AppendLogFile.Cover(all.Where(file => file.Last <= upTo));
        var start = files.Count;
        var length = 0L;
        while (start > 0 && (files[start - 1].Kind == AppendLogFileKind.Log || (files[start - 1].Kind == AppendLogFileKind.Fold && files[start - 1].Length <= length)))
            length += files[--start].Length;
        if (files.Count - start < 2)
            return false;

        var path = FoldPathOf(folder, files[start].First, files[^1].Last);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe();
        var writing = WriteAsync(pipe.Writer, FoldedAsync(files[start..], stop.Token), stop.Token);
        try
        {
            await using var content = pipe.Reader.AsStream();
            await store.PutAsync(path, content, maxBytes: null, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }

        await store.DeleteAsync(
            [.. all.Where(file => file.First >= files[start].First && file.Last <= files[^1].Last && file.Path != path).Select(file => file.Path)], cancellationToken);
        return true;
    }

    private async Task<List<AppendLogFile>> ListAsync(BlobPath folder, CancellationToken cancellationToken)
    {
        var files = new List<AppendLogFile>();
        await foreach (var blob in store.ListAsync($"{folder}/", cancellationToken))
        {
            if (AppendLogFile.TryParse(blob, FoldPrefix, Extension, out var file))
                files.Add(file);
        }

        return files;
    }

    /// <summary>The lines of some files, each file's under its sequence.</summary>
    private async IAsyncEnumerable<ReadOnlyMemory<byte>> FoldedAsync(IReadOnlyList<AppendLogFile> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sequence = -1L;
        foreach (var file in files)
        {
            await using var content = await store.OpenReadAsync(file.Path, cancellationToken)
                ?? throw new StorageException(StorageFailure.Missing, $"The log {file.Path} went away while it was folded.");
            await foreach (var line in ReadFileAsync(file, content, cancellationToken))
            {
                if (line.Sequence != sequence)
                    yield return AppendLogFile.WriteMarker(sequence = line.Sequence);
                yield return line.Line;
            }
        }
    }

    private static async IAsyncEnumerable<LogLine> ReadFileAsync(AppendLogFile file, Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sequence = file.Last;
        await foreach (var line in ReadLinesAsync(file.Path, content, cancellationToken))
        {
            if (file.Kind == AppendLogFileKind.Fold && AppendLogFile.TryReadMarker(line.Span, out var next))
                sequence = next;
            else
                yield return new LogLine(sequence, line);
        }
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
        new(StorageFailure.Corrupt, $"The log {path} is damaged: {how} Restore it from a backup.", inner);

    /// <summary>Writes one gzip file of any length. What goes wrong comes out of the reader, and so out of the put.</summary>
    private static async Task WriteAsync(PipeWriter writer, IAsyncEnumerable<ReadOnlyMemory<byte>> lines, CancellationToken cancellationToken)
    {
        try
        {
            var text = new ArrayBufferWriter<byte>(FoldBufferLength);
            await using (var gzip = new GZipStream(writer.AsStream(leaveOpen: true), CompressionLevel.Optimal))
            {
                await foreach (var line in lines.WithCancellation(cancellationToken))
                {
                    ChunkCodec.AppendLine(text, line.Span);
                    if (text.WrittenCount < FoldBufferLength)
                        continue;
                    await gzip.WriteAsync(text.WrittenMemory, cancellationToken);
                    text.ResetWrittenCount();
                }

                await gzip.WriteAsync(text.WrittenMemory, cancellationToken);
            }

            await writer.CompleteAsync();
        }
        catch (Exception e)
        {
            await writer.CompleteAsync(e);
        }
    }
}

/// <summary>One line of a log.</summary>
/// <param name="Sequence">The file that it is from: of a request, or of the fold.</param>
/// <param name="Line">Without its line end.</param>
public readonly record struct LogLine(long Sequence, ReadOnlyMemory<byte> Line);
