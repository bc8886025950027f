using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Packages;

/// <summary>
/// Says where to cut a section's text: where it was cut in the dataset that the package comes from. Then an export of the new one has the same bytes, whatever edits had cut the old one's chunks. Without ranges,
/// once the text is another, or when they would make many small chunks, chunks are filled as usual.
/// </summary>
internal sealed class PackageRanges(IReadOnlyList<long> ranges)
{
    /// <summary>No chunk of ours is longer, but for one that is a single line.</summary>
    private const long MostBytes = 2 * ChunkBuilder.DefaultTargetBytes;

    /// <summary>So many may be of any length; further ones have to be worth their files.</summary>
    private const int FreeRanges = 1_000;

    private const long WorthBytes = ChunkBuilder.DefaultTargetBytes / 16;

    private bool isKept = true;
    private long total;
    private long filled;
    private int next;

    /// <summary>What the next line means for its chunk.</summary>
    /// <param name="length">Its bytes, with its end.</param>
    public ChunkEnd Take(long length)
    {
        total += length;
        if (filled == 0)
        {
            isKept &= next < ranges.Count && (ranges[next] <= MostBytes || ranges[next] == length) && (next < FreeRanges || total / next >= WorthBytes);
        }

        if (!isKept)
        {
            return ChunkEnd.Usual;
        }

        filled += length;
        if (filled == ranges[next])
        {
            next++;
            filled = 0;
            return ChunkEnd.Here;
        }

        // Beyond its end the text is not what the manifest describes.
        isKept = filled < ranges[next];
        return isKept ? ChunkEnd.Later : ChunkEnd.Usual;
    }
}
