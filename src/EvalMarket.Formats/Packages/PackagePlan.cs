using System.IO.Pipelines;

namespace EvalMarket.Formats.Packages;

/// <summary>
/// A package as a list of stretches. Its length is known before its first byte, and any range of it can be written without producing what precedes: the same plan always gives the same bytes.
/// </summary>
public sealed class PackagePlan
{
    /// <summary>What a copy takes at a time; smaller ones cost Kestrel a good part of its speed.</summary>
    private const int BufferBytes = 256 * 1024;

    private readonly PackageSegment[] segments;
    private readonly long[] starts;

    public PackagePlan(IEnumerable<PackageSegment> segments)
    {
        this.segments = [.. segments];
        starts = new long[this.segments.Length];
        for (var index = 0; index < starts.Length; index++)
        {
            starts[index] = Length;
            Length += this.segments[index].Length;
        }
    }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    public IReadOnlyList<PackageSegment> Segments => segments;

    /// <summary>Writes a range. Stops early, without an exception, when nobody reads any more.</summary>
    /// <param name="blobs">Where slices come from; the caller disposes it.</param>
    /// <param name="output">Is flushed, not completed. Holds one buffer at a time, however slowly it is read.</param>
    /// <param name="from">First byte.</param>
    /// <param name="length">Number of bytes; the range lies within the package.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task WriteAsync(IPackageBlobs blobs, PipeWriter output, long from, long length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - from);
        var index = Find(from);
        var skip = length == 0 ? 0 : from - starts[index];
        while (length > 0)
        {
            var buffer = output.GetMemory(BufferBytes);
            buffer = buffer[..(int)Math.Min(Math.Min(buffer.Length, BufferBytes), length)];
            var filled = 0;
            while (filled < buffer.Length)
            {
                var segment = segments[index];
                var take = (int)Math.Min(buffer.Length - filled, segment.Length - skip);
                var target = buffer.Slice(filled, take);
                if (segment.Blob is { } blob)
                {
                    await blobs.ReadAsync(blob, segment.Offset + skip, target, cancellationToken);
                }
                else
                {
                    segment.Bytes.Slice((int)skip, take).CopyTo(target);
                }

                filled += take;
                skip += take;
                if (skip == segment.Length)
                {
                    index++;
                    skip = 0;
                }
            }

            output.Advance(filled);
            length -= filled;
            if ((await output.FlushAsync(cancellationToken)).IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>The segment that holds a byte.</summary>
    private int Find(long position)
    {
        var found = Array.BinarySearch(starts, position);
        if (found < 0)
        {
            return ~found - 1;
        }

        // Segments without bytes share their start with the one that follows.
        while (found + 1 < starts.Length && starts[found + 1] == position)
        {
            found++;
        }

        return found;
    }
}
