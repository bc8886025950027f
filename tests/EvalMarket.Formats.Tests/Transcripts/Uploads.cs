using System.Globalization;
using System.IO.Compression;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Transcripts;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Tests.Transcripts;

/// <summary>Uploads in tests: files, archives, and what is found in them.</summary>
internal static class Uploads
{
    public const string ClaudeLine = """{"type":"user","uuid":"u1","parentUuid":null,"sessionId":"s1","message":{"role":"user","content":"hi"}}""";

    /// <summary>A file of an upload; its stream is seekable, as those of sent files are.</summary>
    public static UploadedFile File(string path, byte[] content) =>
        new(path, content.Length, _ => ValueTask.FromResult<Stream>(new MemoryStream(content, writable: false)));

    public static UploadedFile File(string path, string content) => File(path, TranscriptTexts.Utf8(content));

    public static byte[] Zip(params (string Name, string Content)[] entries) => Zip(entries.Select(entry => (entry.Name, TranscriptTexts.Utf8(entry.Content))));

    public static byte[] Zip(IEnumerable<(string Name, byte[] Content)> entries, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    /// <summary>Every file under a folder, as a folder upload sends them.</summary>
    public static List<UploadedFile> Folder(string root)
    {
        var name = Path.GetFileName(root);
        return
        [
            .. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(path => new UploadedFile(
                $"{name}/{Path.GetRelativePath(root, path).Replace('\\', '/')}",
                new FileInfo(path).Length,
                _ => ValueTask.FromResult<Stream>(System.IO.File.OpenRead(path)))),
        ];
    }

    /// <summary>The sources with their records, each read before the next is asked for.</summary>
    public static async Task<List<FoundSource>> FindAsync(IReadOnlyList<UploadedFile> files, string? format = null, UploadBounds? bounds = null, CancellationToken cancellationToken = default)
    {
        List<FoundSource> found = [];
        await foreach (var source in TranscriptSources.FindAsync(files, format, bounds ?? new UploadBounds(), cancellationToken == default ? TestContext.Current.CancellationToken : cancellationToken))
        {
            found.Add(new FoundSource(source, await source.ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken)));
        }

        return found;
    }
}

/// <summary>A source and what it gave.</summary>
internal sealed record FoundSource(TranscriptSource Source, List<TranscriptRecord> Records)
{
    public IReadOnlyList<Session> Sessions => [.. Records.Where(record => record.Session is not null).Select(record => record.Session!)];

    public IReadOnlyList<ContentError> Errors => [.. Records.Where(record => record.Error is not null).Select(record => record.Error!)];

    /// <summary>In a line: name, format, sessions and pairs; or the reason.</summary>
    public override string ToString() => Source.Reader is { } reader
        ? string.Create(CultureInfo.InvariantCulture, $"{Source.Name} [{reader.Format}] {Source.Files} files, {Sessions.Count} sessions, {Sessions.Sum(session => Turns.CountPairs(session.Messages))} pairs, {Errors.Count} errors{(Errors.Count > 0 ? ": " + Errors[0].Message : "")}")
        : $"{Source.Name} {(Source.IsPassedOver ? "(passed over)" : "REFUSED")} {Source.Reason}";
}
