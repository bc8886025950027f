using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets;

/// <summary>
/// The index entry of a dataset. (Version, Hash) is the commit point: the document <c>versions/{version}-{hash}.json</c> in the dataset's folder is
/// the dataset as it is now.
/// </summary>
public sealed class DatasetRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required DatasetId Id { get; init; }

    public required int Version { get; set; }

    /// <summary>First 12 hex digits of the version document's SHA-256.</summary>
    public required string Hash { get; set; }

    public required string Name { get; set; }

    /// <summary>Characters of <see cref="NameSort"/>.</summary>
    public const int NameSortLength = 100;

    /// <summary>The name as lists are sorted by it: its beginning in lower case, made by the database.</summary>
    public string NameSort { get; private set; } = "";

    /// <summary>Markdown; empty when there is none.</summary>
    public string Description { get; set; } = "";

    /// <summary>JSON that whoever made the dataset gave along; kept and given back.</summary>
    public string? Schema { get; set; }

    public long ItemCount { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>When the newest version was made.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    public required string UpdatedBy { get; set; }

    /// <summary>The number that the next chunk of the dataset gets.</summary>
    public long NextChunk { get; set; } = 1;

    /// <summary>Null unless it was deleted; it can be brought back until upkeep removes it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    public string? DeletedBy { get; set; }
}

/// <summary>A section of a dataset's newest version.</summary>
public sealed class DatasetSectionRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required DatasetId DatasetId { get; init; }

    public required SectionId Id { get; init; }

    public required string Name { get; set; }

    /// <summary>Its place among the sections, from 0.</summary>
    public required int Ordinal { get; set; }

    public long ItemCount { get; set; }
}

/// <summary>
/// A chunk of a dataset's newest version. Its number stays while its content changes, so that an edit need not touch the rows of the other items in it;
/// its rank orders it within the section and has room between it and the next one.
/// </summary>
public sealed class DatasetChunkRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required DatasetId DatasetId { get; init; }

    /// <summary>Unique in the dataset, never used again.</summary>
    public required long Number { get; init; }

    public required SectionId SectionId { get; set; }

    public required long Rank { get; set; }

    public required int Lines { get; set; }

    /// <summary>JSON of the <see cref="DatasetChunkRef"/>.</summary>
    public required string Reference { get; set; }

    /// <summary>JSON of the <see cref="ChunkSummary"/>: which items are in it, in numbers.</summary>
    public required string Summary { get; set; }
}

/// <summary>
/// The words of a chunk's items. Search asks the runs of words (<see cref="Words.DatasetWordRun"/>) which chunks may hold a match, and the chunk's word list
/// (<see cref="Words.ChunkWordList"/>) which lines do: a list of words for each of a million items would make an import twenty times as slow.
/// </summary>
public sealed class DatasetChunkWords : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required DatasetId DatasetId { get; init; }

    public required long Number { get; init; }

    /// <summary>A <see cref="Words.ChunkWordList"/>.</summary>
    public required byte[] List { get; set; }
}
