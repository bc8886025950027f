using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets;

/// <summary>An item of a dataset's newest version: where its line is, and what lists, facets and links need without opening it.</summary>
public sealed class DatasetItemRow : IWorkspaceOwned
{
    /// <summary>Characters of <see cref="Input"/> and <see cref="Output"/>.</summary>
    public const int PreviewLength = 200;

    /// <summary>Characters of <see cref="Tags"/>.</summary>
    public const int TagsLength = 2_000;

    public required string Workspace { get; init; }

    public required DatasetId DatasetId { get; init; }

    /// <summary>Unique in the dataset; another dataset may hold a copy of the item under the same id.</summary>
    public required ItemId Id { get; init; }

    /// <summary>Number of its chunk.</summary>
    public required long Chunk { get; set; }

    /// <summary>Its line in the chunk, from 0.</summary>
    public required int Line { get; set; }

    /// <summary>The beginning of the input, on one line.</summary>
    public required string Input { get; set; }

    /// <summary>The beginning of the output, on one line.</summary>
    public required string Output { get; set; }

    public required bool HasOutput { get; set; }

    /// <summary>Characters of <see cref="InputSort"/>.</summary>
    public const int InputSortLength = 64;

    /// <summary>The input as lists are sorted by it: its beginning in lower case, made by the database.</summary>
    public string InputSort { get; private set; } = "";

    /// <summary>Characters of the whole output.</summary>
    public required int OutputLength { get; set; }

    public required ItemOrigin Origin { get; init; }

    /// <summary>The session that it is connected to; null when it never was, or its content was changed since.</summary>
    public SessionId? SessionId { get; set; }

    /// <summary>The tags of <c>context.tags</c>, each followed by a line feed, with one before the first; empty when there is none. So a tag is found with its line feeds around it.</summary>
    public required string Tags { get; set; }

    /// <summary>The first 16 hex digits of the SHA-256 of its line: the entity tag of its address, for <c>If-Match</c>.</summary>
    public required string Hash { get; set; }

    /// <summary>Whether it is connected to the messages that it was cloned from.</summary>
    public bool IsLinked => SessionId is not null;

    /// <summary>The tags of <c>context.tags</c>.</summary>
    public IReadOnlyList<string> TagList => Tags.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A message that an item is connected to: what is cloned again is found here.</summary>
public sealed class DatasetItemMessage : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required DatasetId DatasetId { get; init; }

    public required ItemId ItemId { get; init; }

    public required MessageId MessageId { get; init; }
}

/// <summary>What is left of a deleted item.</summary>
public sealed class DatasetTombstone : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required DatasetId DatasetId { get; init; }

    public required ItemId ItemId { get; init; }

    /// <summary>The version that has it no more; the one before had it.</summary>
    public required int DeletedIn { get; set; }
}

/// <summary>A version of a dataset.</summary>
public sealed class DatasetVersionRow : IWorkspaceOwned
{
    public const int NameLength = 100;

    public const int SummaryLength = 300;

    public required string Workspace { get; init; }

    public required DatasetId DatasetId { get; init; }

    public required int Version { get; init; }

    /// <summary>First 12 hex digits of its document's SHA-256.</summary>
    public required string Hash { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Who made it.</summary>
    public required string Author { get; init; }

    /// <summary>One line that says what changed.</summary>
    public required string Summary { get; init; }

    public required long Items { get; init; }

    public required long Added { get; init; }

    public required long Changed { get; init; }

    public required long Removed { get; init; }

    /// <summary>A name that somebody gave it; named versions are kept.</summary>
    public string? Name { get; set; }

    /// <summary>Pinned versions are kept, and shown first.</summary>
    public bool IsPinned { get; set; }
}
