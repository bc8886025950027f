using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Words;

/// <summary>
/// Some chunks' words in order, each with the numbers of the chunks that hold it, in <see cref="DatasetWordBlock"/>s. A change adds a run of what is new in its chunks; nothing is
/// ever changed in one: small ones are merged. So a run may name chunks that hold a word no more, or are gone; a chunk's own list has the last word.
/// </summary>
public sealed class DatasetWordRun : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required DatasetId DatasetId { get; init; }

    /// <summary>Drawn by lot.</summary>
    public required long Id { get; init; }

    /// <summary>Lowest number of a chunk that it names.</summary>
    public required long FirstChunk { get; init; }

    /// <summary>Highest number of a chunk that it names.</summary>
    public required long LastChunk { get; init; }

    /// <summary>How many words it has. None means that nothing is known of its chunks: each may hold any word.</summary>
    public required long Words { get; init; }
}

/// <summary>A stretch of the words of a run.</summary>
public sealed class DatasetWordBlock : IWorkspaceOwned
{
    /// <summary>Longest <see cref="Start"/>.</summary>
    public const int StartLength = 128;

    public required string Workspace { get; init; }

    public required DatasetId DatasetId { get; init; }

    public required long Run { get; init; }

    /// <summary>
    /// What the words of the blocks before are less than, and none of this one is: as much of the first word as that takes, its bytes as lower-case hexadecimal digits, which
    /// every database puts in the same order. Empty for the first block.
    /// </summary>
    public required string Start { get; init; }

    /// <summary>The words, as <see cref="WordBlockWriter"/> writes them, with numbers of chunks from <see cref="DatasetWordRun.FirstChunk"/> on.</summary>
    public required byte[] Content { get; init; }
}
