using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Items;

/// <summary>Narrows the items of a dataset; several values of one field match any of them, different fields narrow each other.</summary>
public sealed record ItemFilter
{
    public static ItemFilter All { get; } = new();

    /// <summary>Only these sections; empty for all.</summary>
    public IReadOnlyList<SectionId> Sections { get; init; } = [];

    /// <summary>Words that an item holds, or that begin words of it; null for no search.</summary>
    public string? Query { get; init; }

    /// <summary>Tags of <c>context.tags</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    public bool? HasOutput { get; init; }

    /// <summary>Whether it is connected to the messages that it was cloned from.</summary>
    public bool? Linked { get; init; }

    /// <summary>How it came in.</summary>
    public IReadOnlyList<ItemOrigin> Origins { get; init; } = [];

    /// <summary>Lets everything through.</summary>
    public bool IsEmpty => Sections.Count == 0 && string.IsNullOrEmpty(Query) && !NarrowsItems;

    /// <summary>Asks for more than sections and words.</summary>
    internal bool NarrowsItems => Tags.Count > 0 || HasOutput is not null || Linked is not null || Origins.Count > 0;

    /// <summary>The words of the search; null when there is none, empty when only punctuation was typed, which nothing has as a word.</summary>
    internal IReadOnlyList<string>? Words => string.IsNullOrEmpty(Query) ? null : SearchWords.OfQuery(Query);

    /// <summary>Whether a chunk can have a match, words aside.</summary>
    internal bool MayMatch(ChunkSummary summary, int lines) =>
        (Tags.Count == 0 || summary.HasMoreTags || Tags.Any(summary.TagCounts.ContainsKey))
        && (HasOutput is not { } has || (has ? summary.Outputs > 0 : summary.Outputs < lines))
        && (Linked is not { } linked || (linked ? summary.Linked > 0 : summary.Linked < lines))
        && (Origins.Count == 0 || Origins.Any(origin => summary.Of(origin) > 0));

    /// <summary>Whether an item matches; its section is the caller's to ask for.</summary>
    internal bool Matches(ItemSketch item, ItemOrigin origin) =>
        (Tags.Count == 0 || Tags.Any(tag => item.Tags.Contains(tag, StringComparer.Ordinal)))
        && (HasOutput is not { } has || has == item.HasOutput)
        && (Linked is not { } linked || linked == item.Session is not null)
        && (Origins.Count == 0 || Origins.Contains(origin))
        && (Words is not { } words || HasWords(item, words));

    /// <summary>The rows that match, sections and words aside.</summary>
    internal IQueryable<DatasetItemRow> Narrow(IQueryable<DatasetItemRow> rows)
    {
        if (Tags.Count > 0)
        {
            var tags = Tags.Select(tag => $"\n{tag}\n").ToList();
            rows = rows.Where(row => tags.Any(tag => row.Tags.Contains(tag)));
        }

        if (HasOutput is { } has)
        {
            rows = rows.Where(row => row.HasOutput == has);
        }

        if (Linked is { } linked)
        {
            rows = rows.Where(row => row.SessionId != null == linked);
        }

        if (Origins.Count > 0)
        {
            var origins = Origins;
            rows = rows.Where(row => origins.Contains(row.Origin));
        }

        return rows;
    }

    private static bool HasWords(ItemSketch item, IReadOnlyList<string> words)
    {
        var missing = new HashSet<string>(words, StringComparer.Ordinal);
        if (missing.Count > 0)
        {
            item.Words(word =>
            {
                foreach (var wanted in words)
                {
                    if (word.StartsWith(wanted, StringComparison.Ordinal))
                    {
                        missing.Remove(wanted);
                    }
                }
            });
        }

        return words.Count > 0 && missing.Count == 0;
    }
}

/// <summary>An item in a list.</summary>
/// <param name="Row">What the index has of it.</param>
/// <param name="Section">Where it is.</param>
/// <param name="Position">Its place in the whole dataset, from 1.</param>
/// <param name="Place">For the page that begins after it.</param>
public sealed record ListedItem(DatasetItemRow Row, SectionId Section, long Position, ItemPlace Place)
{
    /// <summary>Its content, where the list had to read it: in old versions.</summary>
    public ItemView? View { get; init; }
}

/// <summary>A page of items in the order of their list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Previous">The page before ends before this place; null when there is none.</param>
/// <param name="Next">The page after begins after this place; null when there is none.</param>
public sealed record ItemPage(IReadOnlyList<ListedItem> Items, ItemPlace? Previous, ItemPlace? Next);

/// <summary>How many items match.</summary>
/// <param name="IsAtLeast">There are more: counting went only so far.</param>
public readonly record struct ItemTotal(long Number, bool IsAtLeast);
