using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Versions;

/// <summary>A version of a dataset with the references of all its chunks: what exports are spliced from. Immutable.</summary>
/// <param name="Workspace">Whose chunks they are.</param>
/// <param name="Document">Name, description, schema, author, time.</param>
/// <param name="Hash">First 12 hex digits of the document's SHA-256.</param>
/// <param name="Sections">In order.</param>
public sealed record DatasetContents(string Workspace, DatasetDocument Document, string Hash, IReadOnlyList<DatasetSection> Sections)
{
    public DatasetId Id => Document.Id;

    public int Version => Document.Version;

    public long ItemCount => Sections.Sum(section => section.ItemCount);
}

/// <summary>A section of a version. Its text is that of its chunks one after the other, one item a line.</summary>
public sealed record DatasetSection(SectionId Id, string Name, long ItemCount, IReadOnlyList<DatasetChunkRef> Chunks);
