using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Packages;

/// <summary>
/// Cuts a section's text where it was cut in the dataset that the package comes from: then an export of the new one has the same bytes, whatever edits had cut the old one's chunks. Without ranges, or once the text is another, chunks are filled as usual.
/// </summary>
internal sealed class PackageRanges(IReadOnlyList<long> ranges)
{
    /// <summary>No chunk of ours is longer, but for one that is a single line.</summary>
    private const long MostBytes = 2 * ChunkBuilder.DefaultTargetBytes;

    private DraftChunk? chunk;
    private long filled;
    private int next;

    /// <summary>A range is being filled: until its end nothing may be written out, which could cut its chunk or join it to another.</summary>
    public bool IsOpen => chunk is not null;

    /// <summary>Puts an item at the end of a section.</summary>
    public async Task AppendAsync(DatasetTransaction change, DraftSection section, ItemLine line, CancellationToken cancellationToken)
    {
        if (chunk is null && next < ranges.Count)
        {
            if (ranges[next] > MostBytes && ranges[next] != line.Text.Length + 1)
            {
                next = int.MaxValue;
                await change.AppendAsync(section, line, cancellationToken);
                return;
            }

            chunk = change.Draft.AddChunk(section, section.Chunks.Count, change.Draft.NextChunk++);
            filled = 0;
        }

        if (chunk is null)
        {
            await change.AppendAsync(section, line, cancellationToken);
            return;
        }

        await change.LoadAsync(chunk, cancellationToken);
        chunk.Lines!.Add(line);
        chunk.IsDirty = true;
        filled += line.Text.Length + 1;
        if (filled < ranges[next])
        {
            return;
        }

        // At its end; beyond it the text is not what the manifest describes.
        next = filled == ranges[next] ? next + 1 : int.MaxValue;
        chunk = null;
    }
}
