using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Items;

/// <summary>How many of the items that match have what.</summary>
/// <param name="Sections">By section.</param>
/// <param name="Tags">The commonest first.</param>
/// <param name="Origins">By how they came in.</param>
/// <param name="WithOutput">With an output.</param>
/// <param name="Linked">Connected to a session.</param>
/// <param name="Total">All of them.</param>
/// <param name="IsPart">Counted among the first matches only: the numbers are "at least".</param>
public sealed record ItemFacets(
    IReadOnlyDictionary<SectionId, long> Sections,
    IReadOnlyList<KeyValuePair<string, long>> Tags,
    IReadOnlyDictionary<ItemOrigin, long> Origins,
    long WithOutput,
    long Linked,
    long Total,
    bool IsPart)
{
    internal static ItemFacets None { get; } = new(new Dictionary<SectionId, long>(), [], new Dictionary<ItemOrigin, long>(), 0, 0, 0, false);

    /// <summary>From the summaries of chunks alone.</summary>
    internal static ItemFacets Of(DatasetLayout layout, ItemFilter filter)
    {
        var chunks = layout.Chunks.Where(chunk => filter.Sections.Count == 0 || filter.Sections.Contains(chunk.Section)).ToList();
        return new ItemFacets(
            chunks.GroupBy(chunk => chunk.Section).ToDictionary(group => group.Key, group => group.Sum(chunk => (long)chunk.Reference.Lines)),
            Commonest(chunks.SelectMany(chunk => chunk.Summary!.TagCounts).Select(tag => (tag.Key, (long)tag.Value))),
            chunks.SelectMany(chunk => chunk.Summary!.Origins).GroupBy(run => run.Origin).ToDictionary(group => group.Key, group => group.Sum(run => (long)run.Lines)),
            chunks.Sum(chunk => (long)chunk.Summary!.Outputs),
            chunks.Sum(chunk => (long)chunk.Summary!.Linked),
            chunks.Sum(chunk => (long)chunk.Reference.Lines),
            chunks.Any(chunk => chunk.Summary!.HasMoreTags));
    }

    internal static IReadOnlyList<KeyValuePair<string, long>> Commonest(IEnumerable<(string Tag, long Count)> tags) =>
        [.. tags.GroupBy(tag => tag.Tag, StringComparer.Ordinal)
            .Select(group => KeyValuePair.Create(group.Key, group.Sum(tag => tag.Count)))
            .OrderByDescending(tag => tag.Value).ThenBy(tag => tag.Key, StringComparer.Ordinal).Take(100)];
}

/// <summary>What facets are made of.</summary>
internal sealed record FacetedItem(long Chunk, bool HasOutput, bool IsLinked, ItemOrigin Origin, string Tags);

/// <summary>Counts items one by one.</summary>
internal sealed class ItemFacetCounter
{
    private readonly Dictionary<SectionId, long> sections = [];
    private readonly Dictionary<ItemOrigin, long> origins = [];
    private readonly Dictionary<string, long> tags = new(StringComparer.Ordinal);
    private long outputs;
    private long linked;

    public long Count { get; private set; }

    public void Add(SectionId? section, bool hasOutput, bool isLinked, ItemOrigin origin, IReadOnlyList<string> tagsOfItem)
    {
        Count++;
        outputs += hasOutput ? 1 : 0;
        linked += isLinked ? 1 : 0;
        origins[origin] = origins.GetValueOrDefault(origin) + 1;
        if (section is { } where)
        {
            sections[where] = sections.GetValueOrDefault(where) + 1;
        }

        foreach (var tag in tagsOfItem)
        {
            tags[tag] = tags.GetValueOrDefault(tag) + 1;
        }
    }

    public ItemFacets ToFacets(bool isPart) =>
        new(sections, ItemFacets.Commonest(tags.Select(tag => (tag.Key, tag.Value))), origins, outputs, linked, Count, isPart);
}
