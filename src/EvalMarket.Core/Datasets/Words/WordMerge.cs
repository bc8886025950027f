namespace EvalMarket.Core.Datasets.Words;

/// <summary>Merges words of several sources, each in order, into blocks of one run.</summary>
/// <param name="firstChunk">No chunk has a lower number.</param>
internal sealed class WordMerge(long firstChunk)
{
    /// <summary>Short enough to stay within a row of the table, and to be read whole for one word.</summary>
    private const int BlockBytes = 1_800;

    private readonly WordBlockWriter block = new(2 * BlockBytes);
    private readonly List<long> chunks = [];
    private readonly byte[] word = new byte[ChunkWordTable.MaxWordBytes];
    private string start = "";

    /// <summary>How many words there were.</summary>
    public long Words { get; private set; }

    /// <summary>The highest number of a chunk.</summary>
    public long LastChunk { get; private set; }

    /// <summary>Merges; gives each block and its start when it is whole.</summary>
    public async IAsyncEnumerable<(string Start, byte[] Content)> RunAsync(
        IEnumerable<WordCursor> sources, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var heap = new List<WordCursor>();
        foreach (var source in sources)
        {
            if (source.Next() || (await source.FillAsync(cancellationToken) && source.Next()))
            {
                heap.Add(source);
            }
        }

        for (var at = (heap.Count / 2) - 1; at >= 0; at--)
        {
            Sink(heap, at);
        }

        while (heap.Count > 0)
        {
            var length = Take(heap[0]);
            while (heap.Count > 0 && heap[0].Word.SequenceEqual(word.AsSpan(0, length)))
            {
                var source = heap[0];
                source.AddTo(chunks);
                if (!source.Next() && !(await source.FillAsync(cancellationToken) && source.Next()))
                {
                    heap[0] = heap[^1];
                    heap.RemoveAt(heap.Count - 1);
                }

                Sink(heap, 0);
            }

            if (chunks.Count == 0)
            {
                continue;
            }

            // Ends where little tells the next word from the last one, so that its start is short.
            if (block.Length >= BlockBytes && block.SharedWith(word.AsSpan(0, length)) < DatasetWordBlock.StartLength / 2)
            {
                yield return (start, block.Written.ToArray());
                start = Convert.ToHexStringLower(word.AsSpan(0, block.SharedWith(word.AsSpan(0, length)) + 1));
                block.Reset();
            }

            Write(length);
        }

        if (block.Length > 0)
        {
            yield return (start, block.Written.ToArray());
        }
    }

    private int Take(WordCursor source)
    {
        chunks.Clear();
        source.Word.CopyTo(word);
        return source.Word.Length;
    }

    private void Write(int length)
    {
        if (chunks.Count > 1)
        {
            chunks.Sort();
        }

        var count = 1;
        for (var i = 1; i < chunks.Count; i++)
        {
            if (chunks[i] != chunks[count - 1])
            {
                chunks[count++] = chunks[i];
            }
        }

        block.Begin(word.AsSpan(0, length), count);
        for (var i = 0; i < count; i++)
        {
            block.Add(checked((int)(chunks[i] - firstChunk)));
        }

        Words++;
        LastChunk = Math.Max(LastChunk, chunks[count - 1]);
    }

    /// <summary>Moves a source down the heap until none below it has a lesser word.</summary>
    private static void Sink(List<WordCursor> heap, int at)
    {
        while ((2 * at) + 1 is var below && below < heap.Count)
        {
            if (below + 1 < heap.Count && heap[below + 1].ComparedTo(heap[below]) < 0)
            {
                below++;
            }

            if (heap[at].ComparedTo(heap[below]) <= 0)
            {
                return;
            }

            (heap[at], heap[below]) = (heap[below], heap[at]);
            at = below;
        }
    }
}
