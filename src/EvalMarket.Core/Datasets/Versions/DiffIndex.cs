using System.Runtime.InteropServices;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Versions;

/// <summary>What became of an item between two versions. In the order in which a diff lists them.</summary>
public enum DiffKind
{
    Added = 1,
    Changed = 2,
    Removed = 3,

    /// <summary>Its section is another one; its content is the same.</summary>
    Moved = 4,
}

/// <summary>Where an item is in a version that is compared.</summary>
/// <param name="Chunk">Which of the chunks that the versions do not share.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DiffPlace(int Chunk, int Line, ulong Hash);

/// <summary>An item that differs.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DiffEntry(DiffKind Kind, UInt128 Id, DiffPlace? Before, DiffPlace? After);

/// <summary>
/// Which items differ between two versions. Made by reading the chunks that they do not share, and only those; holds some 80 bytes for each item that differs.
/// </summary>
internal sealed class DiffIndex
{
    private DiffIndex(IReadOnlyList<(DatasetSection Section, DatasetChunkRef Chunk)> before, IReadOnlyList<(DatasetSection Section, DatasetChunkRef Chunk)> after, IReadOnlyList<DiffEntry> entries)
    {
        Before = before;
        After = after;
        Entries = entries;
    }

    /// <summary>Chunks that the older version has and the newer one has not.</summary>
    public IReadOnlyList<(DatasetSection Section, DatasetChunkRef Chunk)> Before { get; }

    public IReadOnlyList<(DatasetSection Section, DatasetChunkRef Chunk)> After { get; }

    /// <summary>Added and changed ones in the order of the newer version, then removed ones in that of the older.</summary>
    public IReadOnlyList<DiffEntry> Entries { get; }

    public long Count(DiffKind kind) => Entries.LongCount(entry => entry.Kind == kind);

    /// <summary>Compares two versions.</summary>
    /// <exception cref="Storage.StorageException">A chunk is missing or damaged.</exception>
    public static async Task<DiffIndex> MakeAsync(DatasetFiles files, DatasetContents from, DatasetContents to, CancellationToken cancellationToken)
    {
        var (before, after) = (Own(from, to), Own(to, from));
        var old = new Dictionary<UInt128, DiffPlace>();
        await foreach (var (id, place) in ReadAsync(files, from.Workspace, before, cancellationToken))
        {
            old[id] = place;
        }

        var entries = new List<DiffEntry>();
        await foreach (var (id, place) in ReadAsync(files, to.Workspace, after, cancellationToken))
        {
            if (!old.Remove(id, out var was))
            {
                entries.Add(new DiffEntry(DiffKind.Added, id, null, place));
            }
            else if (was.Hash != place.Hash)
            {
                entries.Add(new DiffEntry(DiffKind.Changed, id, was, place));
            }
            else if (before[was.Chunk].Section.Id != after[place.Chunk].Section.Id)
            {
                entries.Add(new DiffEntry(DiffKind.Moved, id, was, place));
            }
        }

        entries.AddRange(old.Select(entry => new DiffEntry(DiffKind.Removed, entry.Key, entry.Value, null)).OrderBy(entry => entry.Before!.Value.Chunk).ThenBy(entry => entry.Before!.Value.Line));
        return new DiffIndex(before, after, [.. entries.Where(entry => entry.Kind != DiffKind.Removed), .. entries.Where(entry => entry.Kind == DiffKind.Removed)]);
    }

    /// <summary>Chunks that one version has and the other has not, or has in another section.</summary>
    private static List<(DatasetSection Section, DatasetChunkRef Chunk)> Own(DatasetContents one, DatasetContents other)
    {
        var shared = other.Sections.SelectMany(section => section.Chunks.Select(chunk => (section.Id, chunk.Sha256))).ToHashSet();
        return [.. one.Sections.SelectMany(section => section.Chunks.Where(chunk => !shared.Contains((section.Id, chunk.Sha256))).Select(chunk => (section, chunk)))];
    }

    private static async IAsyncEnumerable<(UInt128 Id, DiffPlace Place)> ReadAsync(
        DatasetFiles files,
        string workspace,
        List<(DatasetSection Section, DatasetChunkRef Chunk)> chunks,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (index, (_, chunk)) in chunks.Index())
        {
            var line = 0;
            await foreach (var text in files.Chunks.ReadLinesAsync(workspace, chunk.ToChunkRef(), cancellationToken))
            {
                var hash = ulong.Parse(ItemSketch.HashOf(text.Span), System.Globalization.NumberStyles.AllowHexSpecifier);
                yield return (TypeId.BitsOf(ItemSketch.IdOf(text.Span)), new DiffPlace(index, line++, hash));
            }
        }
    }
}
