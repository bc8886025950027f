using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>New items of a long stream that go to one section.</summary>
/// <param name="first">Says which section is meant, and where an error about it belongs.</param>
internal sealed class StagedSection(SectionId? id, string? name, ItemWrite first)
{
    public SectionId? Id => id;

    public string? Name => name;

    public ItemWrite First => first;

    /// <summary>Lines of the chunk that is being filled.</summary>
    public List<ItemLine> Lines { get; set; } = [];

    public long Bytes { get; set; }

    public List<(long Number, DatasetChunkRef Reference, ChunkSummary Summary)> Chunks { get; } = [];
}

/// <summary>Where the chunk that takes a line ends.</summary>
internal enum ChunkEnd
{
    /// <summary>When the next line would make it too long.</summary>
    Usual,

    /// <summary>Not yet.</summary>
    Later,

    /// <summary>After this line.</summary>
    Here,
}
