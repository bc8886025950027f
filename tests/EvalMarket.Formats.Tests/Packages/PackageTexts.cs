using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using EvalMarket.Formats.Packages;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Tests.Packages;

/// <summary>Blobs in memory; those of a name with a length are zeros that are nowhere.</summary>
internal sealed class MemoryBlobs : IPackageBlobs
{
    private readonly Dictionary<string, byte[]> blobs = [];

    /// <summary>Every read, to see that nothing is produced that was not asked for.</summary>
    public List<(string Blob, long Offset, int Length)> Reads { get; } = [];

    public bool IsDisposed { get; private set; }

    public string Add(byte[] bytes)
    {
        var name = $"blob-{blobs.Count}";
        blobs.Add(name, bytes);
        return name;
    }

    /// <summary>A text as the body of a chunk has it: deflated, ended by a sync flush, with ten bytes before.</summary>
    public DeflatedBody AddBody(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        using var file = new MemoryStream();
        file.Write(new byte[10]);
        using (var deflate = new DeflateStream(file, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(bytes);
            deflate.Flush();
        }

        var length = file.Length - 2 - 10;
        return new DeflatedBody(Add(file.ToArray()), 10, length, bytes.Length, Crc32.Append(0, bytes));
    }

    public ValueTask ReadAsync(string blob, long offset, Memory<byte> target, CancellationToken cancellationToken)
    {
        Reads.Add((blob, offset, target.Length));
        if (blobs.TryGetValue(blob, out var bytes))
        {
            bytes.AsMemory((int)offset, target.Length).CopyTo(target);
        }
        else
        {
            target.Span.Clear();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}

internal static class PackagePlans
{
    public static async Task<byte[]> BytesAsync(this PackagePlan plan, MemoryBlobs blobs, long from = 0, long? length = null)
    {
        using var stream = new MemoryStream();
        await plan.CopyToAsync(blobs, stream, from, length ?? plan.Length - from);
        return stream.ToArray();
    }

    public static async Task CopyToAsync(this PackagePlan plan, MemoryBlobs blobs, Stream stream, long from, long length)
    {
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        await plan.WriteAsync(blobs, writer, from, length, TestContext.Current.CancellationToken);
        await writer.CompleteAsync();
    }
}
