using System.Runtime.CompilerServices;

namespace EvalMarket.Core.Datasets;

/// <summary>Puts a stream together to lists that are looked up at once, without holding more than a few megabytes of it however long its entries are.</summary>
internal static class Batches
{
    /// <summary>Characters, or bytes, after which a batch is full.</summary>
    private const long FullLength = 4 * 1024 * 1024;

    /// <summary>Lists of at most so many entries, in order.</summary>
    /// <param name="source">Read once.</param>
    /// <param name="count">Entries after which a batch is full.</param>
    /// <param name="lengthOf">Characters or bytes of an entry.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Batches of one entry or more, each a list of its own.</returns>
    public static async IAsyncEnumerable<IReadOnlyList<T>> BatchAsync<T>(
        this IAsyncEnumerable<T> source, int count, Func<T, long> lengthOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<T>(count);
        var length = 0L;
        await foreach (var entry in source.WithCancellation(cancellationToken))
        {
            batch.Add(entry);
            length += lengthOf(entry);
            if (batch.Count == count || length >= FullLength)
            {
                yield return batch;
                batch = new List<T>(count);
                length = 0;
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
