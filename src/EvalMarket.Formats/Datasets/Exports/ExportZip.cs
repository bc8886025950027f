using System.IO.Compression;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>A ZIP file of a few entries, written as a stream; the same entries give the same bytes.</summary>
internal static class ExportZip
{
    /// <summary>Writes the entries that <paramref name="add"/> adds.</summary>
    public static async Task WriteAsync(PipeWriter output, Func<ZipArchive, Task> add, CancellationToken cancellationToken)
    {
        await using (var archive = await ZipArchive.CreateAsync(output.AsStream(leaveOpen: true), ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken))
        {
            await add(archive);
        }

        await output.FlushAsync(cancellationToken);
    }

    public static Task<EntryFacts> AddTextAsync(this ZipArchive archive, string name, string text, DateTimeOffset time, CancellationToken cancellationToken) =>
        archive.AddAsync(name, async entry => await entry.WriteAsync(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n")), cancellationToken), time, cancellationToken);

    /// <summary>An entry that is written as it is made.</summary>
    public static async Task<EntryFacts> AddAsync(this ZipArchive archive, string name, Func<PipeWriter, Task> write, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var entry = archive.CreateEntry(name);
        entry.LastWriteTime = time.UtcDateTime.Year is >= 1980 and < 2108 ? time.ToUniversalTime() : new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var content = await entry.OpenAsync(cancellationToken);
        await using var measured = new MeasuredStream(content);
        var pipe = PipeWriter.Create(measured, new StreamPipeWriterOptions(minimumBufferSize: 64 * 1024, leaveOpen: true));
        await write(pipe);
        await pipe.CompleteAsync();
        return measured.Facts;
    }

    /// <summary>Hashes what goes through. Flushing is not handed on: it would end a deflate block.</summary>
    private sealed class MeasuredStream(Stream inner) : WritingStream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long bytes;

        public EntryFacts Facts => new(bytes, Convert.ToHexStringLower(hash.GetCurrentHash()));

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            hash.AppendData(buffer.Span);
            bytes += buffer.Length;
            await inner.WriteAsync(buffer, cancellationToken);
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                hash.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

/// <summary>What an entry turned out to be.</summary>
internal readonly record struct EntryFacts(long Bytes, string Sha256);
