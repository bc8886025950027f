using System.Runtime.CompilerServices;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// What is to be read as one: a file, or files that belong together (an OpenCode tree). Without a <see cref="Reader"/> it is what an upload
/// has beside its transcripts, with the reason why it is left out.
/// </summary>
public sealed class TranscriptSource
{
    private readonly Func<CancellationToken, IAsyncEnumerable<TranscriptRecord>>? read;

    private TranscriptSource(
        string name, int files, long bytes, string reason, bool isPassedOver, ITranscriptReader? reader, Func<CancellationToken, IAsyncEnumerable<TranscriptRecord>>? read)
    {
        Name = name;
        Files = files;
        Bytes = bytes;
        Reason = reason;
        IsPassedOver = isPassedOver;
        Reader = reader;
        this.read = read;
    }

    /// <summary>Path of the file, or of the folder or archive that the files lie in.</summary>
    public string Name { get; }

    /// <summary>How many files it consists of.</summary>
    public int Files { get; }

    /// <summary>Their sizes, together: unpacked for files of a ZIP archive, packed for gzip files.</summary>
    public long Bytes { get; }

    /// <summary>Null when nobody reads it.</summary>
    public ITranscriptReader? Reader { get; }

    /// <summary>Why it is of this format, or why it is not read. In words for the person who sent it.</summary>
    public string Reason { get; }

    /// <summary>Nobody reads it, and that is no mistake: the pictures of an export. <see cref="ReadAsync"/> gives nothing then; of what is refused it gives the error.</summary>
    public bool IsPassedOver { get; }

    /// <summary>
    /// Sessions and errors in an order that is always the same. Damage in an archive is an error, never an exception; it throws only for what the streams of sent files throw.
    /// One source of an upload at a time, best before the next one is asked for: its archive is open then.
    /// </summary>
    public async IAsyncEnumerable<TranscriptRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (read is null)
        {
            if (!IsPassedOver)
            {
                yield return TranscriptRecord.Bad(new ContentError(Reason, File: Name));
            }

            yield break;
        }

        await using var records = read(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            ContentError? damage = null;
            try
            {
                if (!await records.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (InvalidDataException exception)
            {
                damage = new ContentError(exception.Message, File: Name);
            }

            if (damage is not null)
            {
                yield return TranscriptRecord.Bad(damage);
                yield break;
            }

            yield return records.Current;
        }
    }

    internal static TranscriptSource Of(UploadedFile file, ITranscriptReader reader, string reason, UploadBounds bounds) =>
        new(file.Path, 1, file.Length, reason, isPassedOver: false, reader, cancellationToken => ReadFileAsync(file, reader, bounds, cancellationToken));

    internal static TranscriptSource Of(TranscriptTree tree, ITranscriptTreeReader reader, UploadBounds bounds) => new(
        tree.Name,
        tree.Files.Count,
        tree.Files.Sum(file => file.Length),
        tree.Reason,
        isPassedOver: false,
        tree.IsComplete ? reader : null,
        tree.IsComplete ? cancellationToken => reader.ReadTreeAsync(tree, bounds, cancellationToken) : null);

    internal static TranscriptSource Refused(string name, int files, long bytes, string reason) => new(name, files, bytes, reason, isPassedOver: false, null, null);

    internal static TranscriptSource PassedOver(string name, int files, long bytes, string reason) => new(name, files, bytes, reason, isPassedOver: true, null, null);

    private static async IAsyncEnumerable<TranscriptRecord> ReadFileAsync(
        UploadedFile file, ITranscriptReader reader, UploadBounds bounds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var content = await file.OpenAsync(cancellationToken);
        var transcript = new TranscriptFile(file.Path, content) { MaxLineBytes = bounds.MaxLineBytes, MaxSessionBytes = bounds.MaxSessionBytes };
        await foreach (var record in reader.ReadAsync(transcript, cancellationToken))
        {
            yield return record;
        }
    }
}
