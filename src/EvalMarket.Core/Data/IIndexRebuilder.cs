namespace EvalMarket.Core.Data;

/// <summary>Rebuilds the part of the index that belongs to one kind of thing from its files. <c>reindex</c> runs all of them, in the order of their registration.</summary>
public interface IIndexRebuilder
{
    /// <summary>What the log calls it: <c>sessions</c>.</summary>
    string Name { get; }

    /// <summary>Makes the rows what the files say. Can be run again after it was interrupted.</summary>
    Task RebuildAsync(CancellationToken cancellationToken);
}
