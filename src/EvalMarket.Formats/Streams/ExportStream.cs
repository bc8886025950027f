using System.Buffers;
using System.IO.Pipelines;

namespace EvalMarket.Formats.Streams;

/// <summary>
/// A pipe that is flushed as it fills, so that a slow reader slows the export down and memory stays flat.
/// </summary>
internal sealed class ExportStream(PipeWriter output) : IBufferWriter<byte>
{
    private const int FlushBytes = 64 * 1024;

    private int unflushed;

    /// <summary>The reader has gone away; there is nobody to write for.</summary>
    public bool IsClosed { get; private set; }

    public void Advance(int count)
    {
        output.Advance(count);
        unflushed += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);

    /// <summary>Hands on what there is, when it is enough to be worth it. False when the reader has gone away.</summary>
    public ValueTask<bool> FlushWhenFullAsync(CancellationToken cancellationToken) =>
        unflushed < FlushBytes ? ValueTask.FromResult(!IsClosed) : FlushAsync(cancellationToken);

    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        unflushed = 0;
        var result = await output.FlushAsync(cancellationToken);
        IsClosed = result.IsCompleted || result.IsCanceled;
        return !IsClosed;
    }
}
