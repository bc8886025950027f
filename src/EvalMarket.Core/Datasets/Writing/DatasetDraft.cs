using System.Text.Json;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>
/// The next version of a dataset while it is made, under the workspace's lock. Holds the references of all chunks, and the lines of those that are being changed.
/// </summary>
internal sealed class DatasetDraft(DatasetRow row, List<DraftSection> sections)
{
    private readonly Dictionary<long, DraftChunk> chunks = sections.SelectMany(section => section.Chunks).ToDictionary(chunk => chunk.Number);

    /// <summary>The row of a dataset without a version is in the database already, in the same transaction: chunks that are written before the version need it.</summary>
    public bool IsRowThere { get; init; }

    /// <summary>The dataset as it was.</summary>
    public DatasetRow Row => row;

    public List<DraftSection> Sections => sections;

    public string Name { get; set; } = row.Name;

    public string Description { get; set; } = row.Description;

    public string? Schema { get; set; } = row.Schema;

    public long Added { get; set; }

    public long Changed { get; set; }

    public long Removed { get; set; }

    /// <summary>Something other than items changed: a name, the order of sections, an item's place.</summary>
    public bool IsRearranged { get; set; }

    public bool IsChanged => IsRearranged || Added > 0 || Changed > 0 || Removed > 0;

    /// <summary>Items that are gone and not yet taken from the index.</summary>
    public List<ItemId> RemovedIds { get; } = [];

    /// <summary>Ids that the version document is to name as gone.</summary>
    public List<ItemId> Tombstones { get; } = [];

    /// <summary>Chunks of the version before that this one has no more.</summary>
    public List<long> DroppedChunks { get; } = [];

    public long NextChunk { get; set; } = row.NextChunk;

    /// <summary>The version that it becomes.</summary>
    public int Version { get; } = row.Version + 1;

    /// <summary>Where items are in the version that it has become.</summary>
    public DatasetLayout ToLayout() => new(
        new DatasetView(row, [.. sections.Select(section => new SectionView(section.Id, section.Name, section.ItemCount))]),
        sections.SelectMany(section => section.Chunks).Select(chunk => new LayoutChunk(chunk.Number, chunk.Section.Id, chunk.Rank, chunk.Reference!, chunk.Summary)));

    public DraftSection? Section(SectionId id) => sections.Find(section => section.Id == id);

    public DraftChunk Chunk(long number) => chunks[number];

    public DraftChunk AddChunk(DraftSection section, int index, long number)
    {
        var chunk = new DraftChunk(number, section) { Lines = [], IsDirty = true };
        chunks.Add(number, chunk);
        section.Chunks.Insert(index, chunk);
        return chunk;
    }

    public void RemoveChunk(DraftChunk chunk)
    {
        chunks.Remove(chunk.Number);
        chunk.Section.Chunks.Remove(chunk);
        DroppedChunks.Add(chunk.Number);
    }

    /// <summary>A chunk that is written and indexed already, at the end of a section.</summary>
    public void Attach(DraftSection section, long number, DatasetChunkRef reference, ChunkSummary summary)
    {
        var chunk = new DraftChunk(number, section) { Reference = reference, Summary = summary };
        chunks.Add(number, chunk);
        section.Chunks.Add(chunk);
    }

    /// <summary>The chunk that takes an item at the end of a section: the last one while it has room, or a new one.</summary>
    public async Task<DraftChunk> LastChunkAsync(DraftSection section, int length, DatasetFiles files, CancellationToken cancellationToken)
    {
        if (section.Chunks is [.., var last] && last.Bytes + length + 1 <= ChunkBuilder.DefaultTargetBytes)
        {
            await LoadAsync(last, files, cancellationToken);
            return last;
        }

        return AddChunk(section, section.Chunks.Count, NextChunk++);
    }

    /// <summary>Reads the lines of a chunk into the draft.</summary>
    /// <exception cref="StorageException">Missing or damaged.</exception>
    public async Task LoadAsync(DraftChunk chunk, DatasetFiles files, CancellationToken cancellationToken)
    {
        if (chunk.Lines is not null)
        {
            return;
        }

        var origins = chunk.Reference!.Origins.SelectMany(run => Enumerable.Repeat(run.Origin, run.Lines)).ToList();
        var lines = new List<ItemLine>(chunk.Reference.Lines);
        var text = await files.Chunks.ReadTextAsync(row.Workspace, chunk.Reference.ToChunkRef(), cancellationToken);
        for (var start = 0; start < text.Length;)
        {
            var end = text.AsSpan(start).IndexOf((byte)'\n') + start;
            var line = text.AsMemory(start, end - start);
            lines.Add(new ItemLine(ItemSketch.IdOf(line.Span), line, origins[lines.Count], chunk.Number, lines.Count, IsChanged: false));
            start = end + 1;
        }

        chunk.Lines = lines;
    }
}

/// <summary>A section of a draft.</summary>
internal sealed class DraftSection(SectionId id, string name)
{
    public SectionId Id => id;

    public string Name { get; set; } = name;

    public List<DraftChunk> Chunks { get; init; } = [];

    public long ItemCount => Chunks.Sum(chunk => (long)chunk.Count);

    /// <summary>Gives ranks to chunks that have none, between those of their neighbours; where there is no room all get new ones.</summary>
    public void Rank()
    {
        for (var i = 0; i < Chunks.Count; i++)
        {
            var chunk = Chunks[i];
            if (chunk.Rank > (i == 0 ? 0 : Chunks[i - 1].Rank))
            {
                continue;
            }

            var before = i == 0 ? 0 : Chunks[i - 1].Rank;
            var next = Chunks.Skip(i + 1).FirstOrDefault(each => each.Rank > 0)?.Rank;
            chunk.Rank = next is { } after ? before + ((after - before) / 2) : before + DraftChunk.RankStep;
            if (chunk.Rank == before)
            {
                for (var n = 0; n < Chunks.Count; n++)
                {
                    Chunks[n].Rank = (n + 1) * DraftChunk.RankStep;
                }

                return;
            }
        }
    }
}

/// <summary>A chunk of a draft: a reference, or lines that will be sealed.</summary>
internal sealed class DraftChunk(long number, DraftSection section)
{
    public const long RankStep = 1 << 20;

    public long Number => number;

    public DraftSection Section { get; set; } = section;

    /// <summary>Orders it in its section; 0 until it gets one.</summary>
    public long Rank { get; set; }

    /// <summary>The section and rank that the index has; null when it has no row of it yet.</summary>
    public (SectionId Section, long Rank)? Indexed { get; set; }

    public DatasetChunkRef? Reference { get; set; }

    public ChunkSummary? Summary { get; set; }

    /// <summary>Null while nobody changes it.</summary>
    public List<ItemLine>? Lines { get; set; }

    public bool IsDirty { get; set; }

    public int Count => Lines?.Count ?? Reference!.Lines;

    public long Bytes => Lines?.Sum(line => (long)line.Text.Length + 1) ?? Reference!.Bytes;

    public static DraftChunk Of(DatasetChunkRow row, DraftSection section) => new(row.Number, section)
    {
        Rank = row.Rank,
        Indexed = (row.SectionId, row.Rank),
        Reference = JsonSerializer.Deserialize(row.Reference, DatasetJson.Compact.DatasetChunkRef)!,
        Summary = JsonSerializer.Deserialize(row.Summary, DatasetJson.Compact.ChunkSummary)!,
    };
}
