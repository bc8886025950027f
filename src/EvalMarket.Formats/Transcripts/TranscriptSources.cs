using System.Runtime.CompilerServices;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Transcripts;

/// <summary>Finds what there is to read in an upload of any number of files, folders and archives.</summary>
public static class TranscriptSources
{
    /// <summary>
    /// Gives the sources by path, then what was left out. The order is the same for the same files, in whatever order they come: a job goes on by the number of the source and of its record.
    /// ZIP archives are expanded and gzip files unpacked, by their content; of other files only the beginning is looked at.
    /// <para>A file that was sent by itself is read, or refused with the reason. In a folder or archive, what the tools put beside their transcripts and what the
    /// operating system leaves there is passed over in silence; other files are named with the reason, many of a kind as one.</para>
    /// </summary>
    /// <param name="files">As sent. A path with a folder in it says that the file is part of a folder.</param>
    /// <param name="format">A reader's wire name when the sender says the format, null to detect it.</param>
    /// <param name="bounds">How much is unpacked.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async IAsyncEnumerable<TranscriptSource> FindAsync(
        IReadOnlyList<UploadedFile> files, string? format, UploadBounds bounds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var given = format is null ? null : TranscriptReaders.Find(format);
        if (format is not null && given is null)
        {
            var reason = $"There is no format '{format}'. Known: {string.Join(", ", TranscriptReaders.All.Select(known => known.Format))}.";
            foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
            {
                yield return TranscriptSource.Refused(file.Path, 1, file.Length, reason);
            }

            yield break;
        }

        await using var archives = new UploadArchives(bounds);
        var listing = new UploadListing(archives, bounds);
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            await listing.AddAsync(file, cancellationToken);
        }

        var leftOut = new LeftOutFiles();
        var trees = Trees(listing, given);
        foreach (var item in listing.Items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (item.Problem is not null)
            {
                leftOut.Refuse(item, item.Problem);
                continue;
            }

            if (trees.TryGetValue(item.File, out var found))
            {
                // A tree comes where its first file does.
                if (ReferenceEquals(found.Tree.Files[0], item.File))
                {
                    leftOut.Found(item.Container);
                    yield return TranscriptSource.Of(found.Tree, found.Reader, bounds);
                }

                continue;
            }

            if (item.Container is not null && ClaudeCodeLog.IsCopyPath(item.File.Path))
            {
                leftOut.PassOver(item, "copies of sessions that Claude Code makes to sum them up");
                continue;
            }

            var (detection, file) = await DetectAsync(item, given, archives, cancellationToken);
            if (detection.Reader is { } reader)
            {
                leftOut.Found(item.Container);
                yield return TranscriptSource.Of(file, reader, detection.Reason, bounds);
            }
            else if (item.Container is null)
            {
                yield return TranscriptSource.Refused(file.Path, 1, file.Length, detection.Reason);
            }
            else
            {
                leftOut.Add(item, detection.Reason);
            }
        }

        foreach (var source in leftOut.Sources(listing.Containers))
        {
            yield return source;
        }
    }

    private static Dictionary<UploadedFile, (ITranscriptTreeReader Reader, TranscriptTree Tree)> Trees(UploadListing listing, ITranscriptReader? given)
    {
        Dictionary<UploadedFile, (ITranscriptTreeReader, TranscriptTree)> trees = new(ReferenceEqualityComparer.Instance);
        foreach (var reader in TranscriptReaders.All.OfType<ITranscriptTreeReader>().Where(reader => given is null || given == reader))
        {
            List<UploadedFile> free = [.. listing.Items.Where(item => item.Problem is null && !trees.ContainsKey(item.File)).Select(item => item.File)];
            foreach (var tree in reader.Match(free))
            {
                foreach (var file in tree.Files)
                {
                    trees[file] = (reader, tree);
                }
            }
        }

        return trees;
    }

    private static async ValueTask<(TranscriptDetection Detection, UploadedFile File)> DetectAsync(
        UploadItem item, ITranscriptReader? given, UploadArchives archives, CancellationToken cancellationToken)
    {
        var file = item.File;
        try
        {
            var sample = await SampleAsync(file, cancellationToken);
            if (ZipFiles.IsZip(sample.Head.Span))
            {
                return (new TranscriptDetection(null, "This is an archive inside an archive: unpack it and send what is in it."), file);
            }

            if (GzipFiles.IsGzip(sample.Head.Span))
            {
                file = GzipFiles.Unpacked(file, archives);
                sample = await SampleAsync(file, cancellationToken);
                if (GzipFiles.IsGzip(sample.Head.Span) || ZipFiles.IsZip(sample.Head.Span))
                {
                    return (new TranscriptDetection(null, "The file is packed twice: unpack it and send what is in it."), file);
                }
            }

            // In a folder the format is said of the transcripts, not of everything that lies there.
            if (given is not null && TranscriptDetector.WhyUnreadable(sample.Head.Span) is null && (item.Container is null || LooksLikeJson(sample.Head.Span)))
            {
                return (new TranscriptDetection(given, $"Read as {given.DisplayName}, as you said."), file);
            }

            return (TranscriptDetector.Detect(sample), file);
        }
        catch (InvalidDataException exception)
        {
            return (new TranscriptDetection(null, exception.Message), file);
        }
    }

    private static bool LooksLikeJson(ReadOnlySpan<byte> head) =>
        (head.StartsWith("\uFEFF"u8) ? head[3..] : head).TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    private static async ValueTask<TranscriptSample> SampleAsync(UploadedFile file, CancellationToken cancellationToken)
    {
        // One byte more tells whether that is all.
        var head = new byte[TranscriptDetector.SampleBytes + 1];
        await using var content = await file.OpenAsync(cancellationToken);
        var read = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        return new TranscriptSample(file.Path, head.AsMemory(0, Math.Min(read, TranscriptDetector.SampleBytes)), read < head.Length);
    }
}
