using EvalMarket.Formats.Streams;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>How much of an import has been read, for its progress. A source may open its files several times, so it never counts for more than its size.</summary>
internal sealed class ReadMeter
{
    private long before;
    private long size;
    private long read;

    /// <summary>Bytes of the sources that are over, and of the one that is being read.</summary>
    public long Done => before + Math.Min(size, read);

    /// <summary>The next source begins.</summary>
    public void Begin(long bytes)
    {
        before += size;
        size = bytes;
        read = 0;
    }

    /// <summary>A stream whose reading counts. Its owner disposes the inner one with it.</summary>
    public Stream Measure(Stream inner) => new BufferedStream(new Metered(inner, this), 64 * 1024);

    private sealed class Metered(Stream inner, ReadMeter meter) : ReadingStream
    {
        public override bool CanSeek => inner.CanSeek;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await inner.ReadAsync(buffer, cancellationToken));

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        private int Count(int bytes)
        {
            meter.read += bytes;
            return bytes;
        }
    }
}
