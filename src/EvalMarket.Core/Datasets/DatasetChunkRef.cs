using EvalMarket.Core.Storage;
using EvalMarket.Formats.Datasets;

namespace EvalMarket.Core.Datasets;

/// <summary>
/// A reference to a chunk of items, in a list page of a version: what <see cref="ChunkRef"/> says, the files that its items use, and how they came in.
/// </summary>
/// <remarks>On disk: <c>{"sha256":"…","text_sha256":"…","lines":120,"bytes":262011,"deflated_bytes":61200,"crc32":3421780262,"assets":[…],"origins":[{"origin":"csv","lines":120}]}</c>.</remarks>
public sealed record DatasetChunkRef
{
    /// <inheritdoc cref="ChunkRef.Sha256"/>
    public required string Sha256 { get; init; }

    /// <inheritdoc cref="ChunkRef.TextSha256"/>
    public required string TextSha256 { get; init; }

    /// <inheritdoc cref="ChunkRef.Lines"/>
    public required int Lines { get; init; }

    /// <inheritdoc cref="ChunkRef.Bytes"/>
    public required long Bytes { get; init; }

    /// <inheritdoc cref="ChunkRef.DeflatedBytes"/>
    public required long DeflatedBytes { get; init; }

    /// <inheritdoc cref="ChunkRef.Crc32"/>
    public required uint Crc32 { get; init; }

    /// <summary>The files that the items of the chunk use, each path once; null when there is none.</summary>
    public IReadOnlyList<AssetReference>? Assets { get; init; }

    /// <summary>How the lines came in, in runs.</summary>
    public required IReadOnlyList<OriginRun> Origins { get; init; }

    /// <summary>The same for <see cref="ChunkStore"/> and for splicing.</summary>
    public ChunkRef ToChunkRef() => new()
    {
        Sha256 = Sha256,
        TextSha256 = TextSha256,
        Lines = Lines,
        Bytes = Bytes,
        DeflatedBytes = DeflatedBytes,
        Crc32 = Crc32,
    };

    internal static DatasetChunkRef Of(ChunkRef chunk, IReadOnlyList<AssetReference> assets, IReadOnlyList<OriginRun> origins) => new()
    {
        Sha256 = chunk.Sha256,
        TextSha256 = chunk.TextSha256,
        Lines = chunk.Lines,
        Bytes = chunk.Bytes,
        DeflatedBytes = chunk.DeflatedBytes,
        Crc32 = chunk.Crc32,
        Assets = assets.Count > 0 ? assets : null,
        Origins = origins,
    };
}

/// <summary>So many lines after one another came in the same way.</summary>
public sealed record OriginRun(ItemOrigin Origin, int Lines);
