using System.Text.Json.Serialization;
using EvalMarket.Core.Datasets.Items;

namespace EvalMarket.Core.Datasets;

/// <summary>Which items a chunk has, in numbers: facets add them up, and filters pass over chunks that can hold no match.</summary>
internal sealed record ChunkSummary
{
    /// <summary>Different tags of a chunk that are counted.</summary>
    private const int MaxTags = 200;

    /// <summary>Items with an output.</summary>
    public required int Outputs { get; init; }

    /// <summary>Items that are connected to a session.</summary>
    public required int Linked { get; init; }

    /// <summary>Items by how they came in.</summary>
    public required IReadOnlyList<OriginRun> Origins { get; init; }

    /// <summary>Items by tag; null when none has one.</summary>
    public IReadOnlyDictionary<string, int>? Tags { get; init; }

    /// <summary>There are more tags than are counted.</summary>
    public bool HasMoreTags { get; init; }

    [JsonIgnore]
    public IReadOnlyDictionary<string, int> TagCounts => Tags ?? System.Collections.Frozen.FrozenDictionary<string, int>.Empty;

    public int Of(ItemOrigin origin) => Origins.FirstOrDefault(run => run.Origin == origin)?.Lines ?? 0;

    public static ChunkSummary Of(IReadOnlyList<ItemSketch> items, IReadOnlyList<OriginRun> origins)
    {
        var tags = items.SelectMany(item => item.Tags).CountBy(tag => tag, StringComparer.Ordinal).ToList();
        return new ChunkSummary
        {
            Outputs = items.Count(item => item.HasOutput),
            Linked = items.Count(item => item.Session is not null),
            Origins = [.. origins.GroupBy(run => run.Origin).OrderBy(group => group.Key).Select(group => new OriginRun(group.Key, group.Sum(run => run.Lines)))],
            Tags = tags.Count == 0 ? null : tags.Take(MaxTags).OrderBy(tag => tag.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
            HasMoreTags = tags.Count > MaxTags,
        };
    }
}
